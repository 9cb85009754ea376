/** What a message without a question for the documents is about. */
export type SmallTalkTopic = 'greeting' | 'thanks' | 'goodbye' | 'identity' | 'capability' | 'remark';

/** Korean sentence ends in any degree of politeness, after a stem that needs one. */
const END =
  '(?:아|어|해|여|야|요|죠|지|네|다|니|냐|까|나|가|나요|가요|고|구나|군요|네요|어요|아요|해요|예요|이에요|이야|이니|인가요|입니다|입니까|습니다|습니까|ㅂ니다|합니다|해서|하다|하네요|하네|하군요|하시네요|시네요|세요|셔요|십니다|십니까|셨어요|셨습니다|었어요|았어요|였어요|었습니다|았습니다|네용|당|용|음|임)?';
const DEGREE = '(?:(?:정말로?|진짜로?|너무|참|아주|매우|대단히|무척|많이|늘|항상|항상요|다시|또|모두)\\s*)*';
const YOU =
  '(?:너|넌|네|너는|니가|네가|너의|당신|당신은|당신이|당신의|그쪽|그쪽은|이\\s*봇은?|봇은?|챗봇은?|여기는?)';

/** Phrases that are small talk as a whole; a message is small talk when nothing else is left of it. */
const KOREAN: [SmallTalkTopic, string[]][] = [
  [
    'greeting',
    [
      '안녕(?:하세요|하십니까|하신가요|하셨어요|하세용|하심까|들?)?',
      '하이(?:요|루)?|ㅎㅇ|굿모닝|굿\\s*(?:이브닝|애프터눈)|헬로우?|여보세요|저기요|실례합니다|계세요',
      `(?:만나서\\s*)?반(?:가워|가웠|갑습|가운데|갑)${END}`,
      '(?:처음|오랜만에)\\s*뵙(?:겠습니다|네요|습니다)|오랜만(?:이에요|입니다|이네요|이야)?',
      '(?:좋은|즐거운|행복한|편안한)\\s*(?:아침|점심|오후|저녁|밤|하루|주말|명절|연휴)(?:입니다|이에요|예요|이네요|네요)?',
      `(?:그동안\\s*|요즘\\s*)?잘\\s*(?:지내|지냈|지내셨|지내시|있었|계셨)${END}`,
      '(?:앞으로\\s*)?잘\\s*부탁(?:드려요|드립니다|드릴게요|해요|합니다|해)?',
      '(?:저\\s*)?(?:뭐\\s*(?:하나|좀)?\\s*)?(?:질문|궁금한\\s*(?:게|것이|점이)|물어볼\\s*(?:게|것이|거|일이)|여쭤볼\\s*(?:게|것이))(?:이|가)?\\s*(?:하나\\s*|좀\\s*)?(?:있어요?|있습니다|있는데요?|있어서요)',
      `(?:오늘도?\\s*)?${DEGREE}(?:수고|고생)(?:가|이)?\\s*(?:많|하|하시|하셨|했)(?:으)?${END}`,
      `(?:식사|밥|점심|저녁|아침)(?:은|는)?\\s*(?:하셨|드셨|먹었|맛있게)(?:나)?${END}`,
    ],
  ],
  [
    'thanks',
    [
      `${DEGREE}(?:고마|고맙|고마워|고마웠|감사|감사하|감사했|감사드)(?:웠|려|립|리)?${END}`,
      '땡큐|쌩큐|ㄱㅅ|ㄳ|감솨|캄사',
      `(?:[가-힣]{1,6}\\s+){0,2}(?:알려|도와|답변|답변해|설명|설명해|말해|답해|대답해|가르쳐|찾아|정보|안내|안내해|도움)(?:\\s*(?:줘서|주셔서|주어서|줘|주신\\s*거))?\\s*${DEGREE}(?:고마|고맙|고마워|고마웠|감사|감사하|감사했|감사드)(?:웠|려|립|리)?${END}`,
      `덕분에\\s*(?:잘\\s*)?(?:[가-힣]{1,4}\\s*)?(?:해결|정리|이해|처리|파악|확인)?\\s*(?:됐|되었|했|끝났|알았|알게\\s*됐|살았)${END}`,
      `${DEGREE}(?:큰|많은)?\\s*도움이?\\s*${DEGREE}(?:됐|되었|되네|됩|되)${END}`,
    ],
  ],
  [
    'goodbye',
    [
      `잘\\s*(?:가|있어|자|계세|가세|지내|쉬)${END}`,
      '안녕히\\s*(?:계세요|계십시오|가세요|가십시오|주무세요)',
      `(?:그럼\\s*|이제\\s*)?(?:다음에|나중에|내일|또|이따|조만간|월요일에)\\s*(?:또\\s*|다시\\s*)?(?:봐|봬|뵈|뵐게|뵙겠|올게|오겠|만나|물어볼게|연락할게|연락드릴게|연락드리겠)${END}`,
      `(?:그럼|저는|전|이제)?\\s*이만(?:\\s*(?:가|갈게|가볼게|가보겠|줄일게|줄이겠|들어가|들어갈게|물러가겠)${END})?`,
      '(?:주말|연휴|명절|휴가|하루)(?:을|를)?\\s*잘\\s*(?:보내|쉬)(?:세요|십시오|고요?|요)?|굿나잇|굿밤',
      '들어가(?:세요|십시오|볼게요|보겠습니다)|바이(?:바이)?|빠이(?:빠이)?|퇴근(?:합니다|할게요|하겠습니다)',
      '(?:좋은|즐거운|행복한|편안한)\\s*(?:아침|점심|오후|저녁|밤|하루|주말|명절|연휴)\\s*(?:보내|되)(?:세요|십시오|시길\\s*바랍니다|셔요)',
    ],
  ],
  [
    'identity',
    [
      `(?:혹시\\s*)?${YOU}?\\s*(?:대체\\s*|도대체\\s*)?누구(?:세|시|신|인)?${END}`,
      `${YOU}\\s*(?:대체\\s*|도대체\\s*)?(?:뭐|뭔|무엇|정체가?\\s*뭐)(?:하는\\s*(?:거|애|봇|사람))?${END}`,
      `(?:혹시\\s*)?${YOU}?\\s*(?:성함|이름)(?:이|은)?\\s*(?:뭐|뭔|무엇|어떻게\\s*(?:돼|되|되시)|있)${END}`,
      `(?:혹시\\s*)?(?:${YOU}\\s*)?(?:(?:사람|로봇|인간|기계|봇|챗봇|AI|에이아이|인공지능|상담원|챗지피티|챗GPT|GPT|클로드|제미나이)(?:이에요|예요|인가요|이세요|이신가요|이야|이니|이냐|야|니|입니까|인가|이랑)\\s*(?:아니면\\s*)?){1,3}(?:\\s*(?:얘기|대화|말)하는?\\s*(?:거|중)(?:예요|야|인가요|이에요|입니까)?)?`,
      `(?:누가|누구가)\\s*(?:너를|널|당신을|이\\s*봇을)\\s*만들(?:었|었나)${END}|(?:${YOU}\\s*)?(?:몇\\s*살|나이가\\s*몇|나이가\\s*어떻게|고향이\\s*어디)(?:이|되|돼)?${END}|(?:${YOU}\\s*)?(?:무슨|어떤)\\s*(?:모델|AI|에이아이|인공지능|봇|챗봇|LLM)(?:이|을\\s*쓰|을\\s*사용하)?${END}`,
      '자기\\s*소개(?:를)?\\s*(?:좀\\s*)?(?:해|부탁)(?:해|드려|드립니다|줘|줘요|주세요|줄래요?|봐)?(?:\\s*(?:줘|주세요|줄래요?|봐))?',
    ],
  ],
  [
    'capability',
    [
      `(?:${YOU}\\s*|여기서\\s*|여기에\\s*|너한테\\s*|당신에게\\s*)?(?:뭘|뭐를?|무엇을|무슨\\s*(?:일을?|질문을?|걸|것을)|어떤\\s*(?:일을?|질문을?|걸|것을|것들을|도움을))\\s*(?:좀\\s*)?(?:도와줄|도와주실|도와|할|해줄|해\\s*줄|해주실|물어볼|물어봐도|물어보면|질문할|질문하면|알려줄|대답할|답할|답해줄|받을|아는|알)\\s*(?:수\\s*있|줄\\s*알|돼|되|될까|거|게|주)?(?:나|는지)?${END}(?:\\s*(?:돼|되나|될까|있|알려|말해|궁금)${END}\\s*(?:줘|주세요)?)?`,
      `(?:${YOU}\\s*)?할\\s*(?:수|줄)\\s*(?:있는|아는)\\s*(?:게|것이|건|것은|일이|일은)\\s*(?:뭐|뭔|무엇|어떤|뭐가\\s*있)${END}`,
      `(?:이거|이건|이\\s*봇|봇|챗봇|이\\s*챗봇|여기)?(?:은|는|을|를)?\\s*(?:어떻게|뭐|어떤\\s*식으로)\\s*(?:쓰|써|사용하|사용해|이용하|이용해|물어보|질문하|시작하|시작해)(?:는|면|야)?\\s*(?:거|건지|지|되는지|하는지|되|돼|하|나|게)?${END}(?:\\s*(?:돼|되나|하나|알려|가르쳐|궁금)${END}\\s*(?:줘요?|주세요|주실래요)?)?`,
      '도움말',
      `${YOU}?\\s*(?:이\\s*봇|챗봇)?(?:은|는|의)?\\s*(?:뭐\\s*하는|무엇을\\s*하는|뭘\\s*하는|무엇을\\s*위한)\\s*(?:봇|챗봇|곳|데|거|친구|애|서비스|프로그램)(?:이)?${END}|${YOU}\\s*(?:역할|임무|기능|특기|목적)(?:이|은)?\\s*(?:뭐|뭔|무엇)?${END}|(?:${YOU}\\s*)?무슨\\s*일을?\\s*(?:하|해)${END}`,
      `(?:어떤|무슨)\\s*(?:질문|주제|분야|내용)(?:에|을|를)?\\s*(?:대해\\s*|대해서\\s*)?(?:답|대답|답변)?(?:할|해줄|해\\s*줄|다룰|하실)\\s*(?:수|줄)\\s*(?:있|알)${END}|(?:${YOU}\\s*)?(?:한국어|한국말|영어|일본어|중국어)(?:도|로|를|로도)?\\s*(?:(?:대화|말|답변)?(?:할|될)\\s*(?:수|줄)\\s*(?:있|알)|가능하?|돼|되)${END}`,
      '(?:너의|네|당신의|이\\s*봇의|봇|챗봇|챗봇의)\\s*(?:기능|사용법|사용\\s*방법|이용\\s*방법|이용법)(?:이|을|은|좀|에\\s*대해)?\\s*(?:뭐|뭔|무엇|어떻게|알려|설명|보여|궁금)?(?:야|예요|가요|해|돼|되나요|니|합니다|해요)?\\s*(?:줘|줘요|주세요)?',
      '(?:좀\\s*)?(?:도와|도움)(?:을)?\\s*(?:줘|줘요|주세요|주실\\s*수\\s*있나요|필요해|필요해요)',
      '(?:예시|예제|샘플|추천)\\s*질문(?:을|은|이)?\\s*(?:좀\\s*)?(?:몇\\s*(?:개|가지)\\s*)?(?:알려|보여|추천|줘|뭐가\\s*있)?(?:해|어)?\\s*(?:줘|줘요|주세요|요|나요)?',
      '질문(?:할\\s*만한)?\\s*(?:예시|예|거리)(?:를|을|가)?\\s*(?:좀\\s*)?(?:알려|보여|추천|들어|줘|뭐가\\s*있)?(?:해|어)?\\s*(?:줘|줘요|주세요|요|나요)?',
    ],
  ],
  [
    'remark',
    [
      '네+|넵+|넹|넴|예|옙|응+|어|웅|ㅇㅇ|오케이?|ㅇㅋ|오키|오|와+|우와|음+|흠+|아+|아하|엥|헐|헉|대박|굿|뭐',
      `(?:잘\\s*|다\\s*)?(?:알겠|알았|이해했|이해됐|이해가\\s*됐|확인했|확인됐|해결됐|해결했)${END}`,
      '(?:아\\s*)?(?:그렇|그러)(?:군요?|구나|네요?|구만|겠네요)|그래요?|그랬(?:군요?|구나)|됐(?:어요?|습니다)|괜찮(?:아요?|습니다)',
      `(?:${YOU}\\s*)?${DEGREE}(?:좋아|좋네|좋았|좋습|좋군|좋|최고|훌륭|완벽|멋지|멋져|멋있|똑똑|똑똑하|똑똑해|귀엽|귀여워|착하|착해|재미있|재밌|재미없|웃기|웃겨|대단|대단하|친절|친절하|유능|유능하|빠르|빨라|잘하|잘해|잘했|잘한|바보|멍청)(?:는데|시)?${END}`,
      `${DEGREE}(?:심심|피곤|피곤하|배고프|배고파|졸리|졸려|힘들|우울|외로|행복|기분\\s*좋|덥|춥|지루)(?:워|우|네|해)?${END}`,
      `(?:${YOU}\\s*)?(?:오늘\\s*|지금\\s*)?(?:뭐\\s*해|뭐\\s*하고\\s*있|기분(?:이|은)?\\s*어때|날씨(?:가)?\\s*(?:좋|참\\s*좋|덥|춥)|기분(?:이|은)?\\s*어떠|컨디션\\s*어때)${END}`,
      '사랑해요?|보고\\s*싶었어요?|축하(?:해요?|합니다|드려요)|파이팅|화이팅|힘내(?:세요|요)?',
      '(?:재미있는\\s*|재밌는\\s*|웃긴\\s*)?(?:농담|이야기|얘기|노래)(?:을|를)?\\s*(?:하나|좀|한\\s*번)?\\s*(?:해|들려|불러)\\s*(?:줘|줘요|주세요|줄래)',
      '(?:그냥\\s*)?테스트(?:입니다|예요|에요|중|중입니다|해\\s*봤어요|야|요)?',
      `${DEGREE}(?:미안|죄송)(?:해|해요|합니다|하네요|한데요|요)?|(?:창|채팅방?|방|메시지)?(?:을|를)?\\s*잘못\\s*(?:보냈|눌렀|쳤|썼|입력했|왔|찾았)${END}|실수(?:예요|입니다|였어요|했어요|했네요)?`,
    ],
  ],
];

const VERY = '(?:(?:so|very|really|pretty|quite|too|super|absolutely|just|all|again|already)\\s+)*';
const THAT = "(?:(?:that|it|this)(?:'?s| is| was)?\\s+)";

const ENGLISH: [SmallTalkTopic, string[]][] = [
  [
    'greeting',
    [
      '(?:hi+|hey+|hello+|hullo|hiya|howdy|yo|greetings|aloha|welcome)(?:\\s+(?:there|again|all|everyone|everybody|folks|team|guys|bot|assistant|friend|you))*',
      '(?:a\\s+)?(?:good|happy)\\s+(?:morning|afternoon|evening|day|monday|friday|weekend)(?:\\s+(?:to you|everyone|all|there))?',
      "(?:so\\s+)?how(?:'s| is| are| have)\\s+(?:you|it|things|life|everything|your day)(?:\\s+(?:been|doing|going|today|all|feeling|now|these days))*",
      "what'?s\\s+(?:up|new|going on)|sup|nice to (?:meet|see) you(?: too)?|long time no see|how do you do|(?:can|may|could) i ask (?:you )?(?:something|a question)|(?:i have|i've got|just) a (?:quick )?question(?: for you)?|(?:are )?you there",
    ],
  ],
  [
    'thanks',
    [
      `(?:many |${VERY})?(?:thanks|thx|thank\\s+(?:you|u)|ty|tysm|cheers|much appreciated|appreciate(?:d)? (?:it|that|your help)|i appreciate (?:it|that|your help))(?:\\s+(?:a lot|a bunch|a million|a ton|so much|very much|again|much|anyway|everyone|mate|bot|for (?:that|this|everything|the help|your help|helping|the info|the quick (?:answer|reply)|your time)))*`,
      `(?:${THAT}|you(?:'ve| have)? (?:were|been)\\s+)?${VERY}(?:(?:a\\s+)?(?:big|great|huge|real)\\s+help|helpful|(?:helps?|helped)(?: a lot| me)?)`,
      `${THAT}?(?:exactly\\s+|just\\s+)*what i (?:needed|wanted|was looking for)`,
      'no (?:thanks|thank you)',
    ],
  ],
  [
    'goodbye',
    [
      '(?:good\\s*)?bye(?:\\s*bye)?(?:\\s+(?:for now|now|then))?|good\\s*night|farewell|so long|ciao|cya|ttyl|take care|later',
      'see\\s+(?:you|ya|u)(?:\\s+(?:tomorrow|later|soon|around|again|then|next (?:week|time)|on \\w+day))*|talk to you (?:later|soon|tomorrow)',
      "have a (?:good|nice|great|lovely) (?:day|one|evening|night|weekend|time)|(?:i )?(?:have to|gotta|got to|need to|must) go(?: now)?|(?:that(?:'s| is|'ll be| will be) (?:all|it))(?: for (?:now|today))?|i(?:'m| am) (?:off|done|leaving)(?: now)?",
    ],
  ],
  [
    'identity',
    [
      "(?:and |so )?who(?:'s| is| are| am i)\\s*(?:you|this|there|(?:talking|speaking|chatting) (?:to|with))?(?: exactly| really| anyway)?",
      "what(?:'s| is| are)\\s+(?:you|your name|this (?:bot|assistant|thing|chat)|this)(?: called| exactly| anyway)?",
      'what should i call you|do you have a name|introduce yourself(?: please)?|tell me (?:about yourself|who you are|your name)',
      '(?:are|r)\\s+(?:you|u)\\s+(?:(?:really|actually|even)\\s+)?(?:(?:an?\\s+)?(?:real\\s+)?(?:human|person|robot|bot|machine|ai|a\\.i\\.|chat\\s*gpt|gpt(?:-?\\w+)?|claude|gemini|copilot|llm|language model|chatbot)(?:\\s+or\\s+(?:an?\\s+)?(?:human|person|robot|bot|machine|ai|what|something(?: else)?|not))?|real|alive|there|conscious)',
      'am i (?:talking|speaking|chatting) (?:to|with) (?:an? )?(?:real )?(?:human|person|robot|bot|machine|ai)|who (?:made|built|created|trained|runs|developed) you|how old are you|where are you from|what model (?:are you|do you use)|which model (?:are you|do you use)',
    ],
  ],
  [
    'capability',
    [
      '(?:so\\s+)?(?:what|which)(?:\\s+(?:kinds?|sorts?|types?)\\s+of)?(?:\\s+(?:things?|stuff|questions?|topics?|tasks?))?\\s+(?:can|could|do|will|should|may|are)\\s+(?:you|i)\\s*(?:(?:be\\s+)?able to\\s+)?(?:(?:actually|really|even)\\s+)?(?:do|help|ask|know|answer|assist|offer|support|say|talk about|tell me)(?:\\s+(?:me|you|us|with|about|for|here|exactly))*',
      '(?:how|in what ways?)\\s+(?:can|could|do|will|would|should)\\s+(?:you|i|this)\\s+(?:help(?: me| us)?|use (?:you|this bot|this chat|this assistant)|work|start|begin|get started|ask(?: you)?(?: questions?)?)',
      "how does (?:this|this (?:bot|chat|thing|assistant)) work|what(?:'s| is| are) your (?:job|role|task|function|skills?)|(?:do|can) you (?:speak|understand|talk) \\w+|(?:what|which) languages? (?:do|can) you (?:speak|understand|know)|what (?:is|are) (?:your|the) (?:purpose|capabilities|features|skills|functions?)|what(?:'s| is) this (?:for|bot for|chat for)|what are you (?:for|capable of|good at)|(?:show|tell|give) me (?:what you can do|how to (?:use|start)(?: (?:this|you|it))?)",
      '(?:i need |can you |could you |please )*help(?: me)?(?: please| out)?|(?:i need|need) (?:some )?help',
      '(?:(?:can|could) you\\s+)?(?:give|show|suggest|list|tell)(?:\\s+me)?\\s+(?:some|a few|an?|a couple of|any)?\\s*(?:examples?|sample|suggested|example)\\s*(?:of\\s+)?(?:questions?|prompts?|queries)?(?: (?:i can|to) ask(?: you)?)?|what should i ask(?: you)?(?: about)?',
    ],
  ],
  [
    'remark',
    [
      '(?:ok(?:ay)?|k|kk|yes|yep|yeah|yup|sure|no|nope|nah|right|alright|all right|fine|oh|ah|aha|hm+|uh|um+|wow|well|lol|haha+|hehe+|please|hooray|yay|oops|so)',
      `(?:i\\s+)?(?:got|get)\\s+(?:it|that|you)(?: now)?|(?:i\\s+)?(?:understood|understand|see|noted|gotcha)(?: that| it| now)?|(?:that\\s+)?makes sense|(?:sounds|looks) (?:good|great|fine|right)|never\\s*mind|no (?:problem|worries)|you(?:'re| are) welcome|of course|exactly|(?:i )?agreed?`,
      `(?:${THAT}|you(?:'re| are| were)?\\s+|what (?:an? )?)?${VERY}(?:an?\\s+)?(?:good|great|nice|cool|awesome|amazing|perfect|excellent|wonderful|fantastic|brilliant|lovely|funny|smart|clever|cute|kind|sweet|stupid|dumb|fast|quick|impressive|interesting|the best|well done|good job|great job|nice (?:one|work|job))(?:\\s+(?:bot|assistant|answer|work|job|one|stuff|then|too))*`,
      "(?:i(?:'m| am)\\s+)?(?:so |very )?(?:sorry|bored|tired|hungry|happy|sad|lonely|fine|good)(?:\\s+(?:about that|for that|too|today|and you))*|my (?:bad|mistake)|(?:wrong|other)\\s+(?:window|chat|tab|person|channel|room)|ignore (?:that|this)(?: please)?|forget it",
      '(?:this is (?:just )?a |just )?(?:test(?:ing)?)(?:\\s+(?:test|1|2|3|one|two|three|message|please ignore))*|(?:tell|sing) me (?:a|another) (?:joke|story|song)|(?:i )?(?:love|like) (?:you|it|this)(?: too)?',
    ],
  ],
];

const OTHERS: [SmallTalkTopic, string[]][] = [
  [
    'greeting',
    [
      'こんにちは|こんばんは|おはよう(?:ございます)?|はじめまして|もしもし',
      '你好|您好|嗨|早上好|晚上好|大家好',
    ],
  ],
  [
    'thanks',
    [
      '(?:どうも)?ありがとう(?:ございます|ございました)?|助かりました',
      '(?:非常|十分)?(?:谢谢|感谢|多谢)(?:你|您)?',
    ],
  ],
  ['goodbye', ['さようなら|またね|お疲れ様(?:でした|です)?', '再见|拜拜|晚安']],
  ['identity', ['あなたは誰(?:ですか)?', '你是谁|您是谁']],
  ['capability', ['何ができますか|何ができるの', '你能做什么|你会什么|你可以做什么']],
];

/** The topics in the order in which they decide what a message of several phrases is about. */
const ORDER: SmallTalkTopic[] = ['capability', 'identity', 'thanks', 'goodbye', 'greeting', 'remark'];

const PATTERNS = ORDER.map((topic) => {
  const phrases = [...KOREAN, ...ENGLISH, ...OTHERS].flatMap(([of, list]) => (of === topic ? list : []));
  return { topic, pattern: new RegExp(`^(?:${phrases.join('|')})$`, 'iu') };
});

/** Emoticons, laughter and emoji, which say nothing. */
const DECORATION =
  /[:;=]-?[)(DPp]|\^\^;*|(?<![ㄱ-ㅎ])[ㅋㅎㅠㅜ]+(?![ㄱ-ㅎ])|\p{Extended_Pictographic}\uFE0F?|<3/gu;
const CLAUSE_END = /[.,!?~…;。！？、，\n]+/u;
const MAX_CLAUSE_WORDS = 14;

/**
 * The topic of a message that is nothing but small talk, or null. Each clause must be covered by small talk phrases
 * completely: `Hello, how long is the warranty?` is a question.
 */
export function smallTalkTopic(message: string): SmallTalkTopic | null {
  const clauses = message
    .normalize('NFC')
    .replaceAll(DECORATION, ' ')
    .replaceAll('’', "'")
    .split(CLAUSE_END)
    .map((clause) => clause.trim().split(/\s+/).filter(Boolean))
    .filter((words) => words.length > 0);
  const found = new Set<SmallTalkTopic>();
  for (const words of clauses) {
    const topics = coverByPhrases(words);
    if (!topics) return null;
    for (const topic of topics) found.add(topic);
  }
  if (clauses.length === 0) return 'remark';
  return ORDER.find((topic) => found.has(topic)) ?? null;
}

/** The topics of the phrases that cover all words, in as few phrases as possible; null when some word is left. */
function coverByPhrases(words: string[]): SmallTalkTopic[] | null {
  if (words.length > MAX_CLAUSE_WORDS) return null;
  const covers: (SmallTalkTopic[] | null)[] = [[]];
  for (let end = 1; end <= words.length; end += 1) {
    covers[end] = null;
    for (let start = 0; start < end && !covers[end]; start += 1) {
      const before = covers[start];
      const topic = before && topicOfPhrase(words.slice(start, end).join(' '));
      if (topic) covers[end] = [...before, topic];
    }
  }
  return covers[words.length] ?? null;
}

function topicOfPhrase(phrase: string): SmallTalkTopic | null {
  return PATTERNS.find(({ pattern }) => pattern.test(phrase))?.topic ?? null;
}
