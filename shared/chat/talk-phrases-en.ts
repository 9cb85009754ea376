import type { TalkPhrases } from './small-talk-topic.ts';

const VERY = '(?:(?:so|very|really|pretty|quite|too|super|absolutely|just|all|again|already)\\s+)*';
const THAT = "(?:(?:that|it|this)(?:'?s| is| was)?\\s+)";

export const ENGLISH: TalkPhrases = [
  [
    'greeting',
    [
      "(?:bot|chatbot|assistant|everyone|everybody|all|mate|friend|folks|team|sir|madam|dear)(?=$)|(?:morning|evening|afternoon|g'day|top of the morning|good to be back|(?:i'm|i am) back)(?: (?:all|everyone|bot|mate|folks|team))?",
      "(?:is |are )?(?:any(?:body|one)|someone|somebody) (?:there|here|home|around)|hello world|(?:i'm )?(?:just )?(?:saying|wanted to say|here to say) (?:hi|hello)|(?:a )?quick question|(?:i|we) have (?:a few|some|a couple of|another) (?:quick )?questions?|i(?:'m| am) new here|first time (?:here|using (?:this|you))|knock knock|wake up",
      '(?:happy|merry) (?:new year|christmas|xmas|holidays|birthday|easter|thanksgiving|halloween|weekend)|season.?s greetings|(?:i )?hope you(?:.re| are)? (?:well|doing well|fine|having a (?:good|nice|great) (?:day|one))|pleased to meet you|good to (?:see|meet) you|let.s (?:start|begin|get started|chat|talk)',
      '(?:hi+|hey+|hello+|hullo|hiya|howdy|yo|greetings|aloha|welcome)(?:\\s+(?:there|again|all|everyone|everybody|folks|team|guys|bot|assistant|friend|you))*',
      '(?:a\\s+)?(?:good|happy)\\s+(?:morning|afternoon|evening|day|monday|friday|weekend)(?:\\s+(?:to you|everyone|all|there))?',
      "(?:so\\s+)?how(?:'s| is| are| have)\\s+(?:you|it|things|life|everything|your day)(?:\\s+(?:been|doing|going|today|all|feeling|now|these days))*",
      "what'?s\\s+(?:up|new|going on)|sup|nice to (?:meet|see) you(?: too)?|long time no see|how do you do|(?:can|may|could) i ask (?:you )?(?:something|a question)|(?:i have|i've got|just) a (?:quick )?question(?: for you)?|(?:are )?you there",
    ],
  ],
  [
    'thanks',
    [
      '(?:many |so many |very many )?(?:thanks|thank you|thx|cheers) (?:so much |a lot |again |very much )?for (?:[a-z]+ ?){1,6}',
      'much obliged|(?:i(?:.m| am) )?(?:so |very |really )*(?:grateful|thankful)(?: for (?:your|the) help)?|(?:you(?:.re| are) )?(?:a )?(?:lifesaver|life saver|star|legend)|thanks?(?:giving)?|thnx|tnx|tks|thank you kindly|(?:it|that) (?:worked|works|did it|solved it|solved the problem|fixed it)|(?:problem|issue|question) (?:is )?(?:solved|fixed|resolved|answered)|(?:that |you |this )?(?:answers|answered|solves|solved|clears|cleared) (?:my|the|that|all my) (?:questions?|problem|issue|doubts?|up|confusion)',
      `(?:many |${VERY})?(?:thanks|thx|thank\\s+(?:you|u)|ty|tysm|cheers|much appreciated|appreciate(?:d)? (?:it|that|your help)|i appreciate (?:it|that|your help))(?:\\s+(?:a lot|a bunch|a million|a ton|so much|very much|again|much|anyway|everyone|mate|bot|for (?:that|this|everything|the help|your help|helping|the info|the quick (?:answer|reply)|your time)))*`,
      `(?:${THAT}|you(?:'ve| have)? (?:were|been)\\s+)?${VERY}(?:(?:a\\s+)?(?:big|great|huge|real)\\s+help|helpful|(?:helps?|helped)(?: a lot| me)?)`,
      `${THAT}?(?:exactly\\s+|just\\s+)*what i (?:needed|wanted|was looking for)`,
      'no (?:thanks|thank you)',
    ],
  ],
  [
    'goodbye',
    [
      '(?:good\\s*)?(?:night|bye)(?: (?:bot|all|everyone|mate|friend|then|now|for now))*|sleep well|sweet dreams',
      '(?:catch|talk to|speak to) you (?:later|soon|tomorrow)|(?:talk|speak|chat) (?:soon|later|tomorrow)|(?:until|till) (?:next time|tomorrow|later)|peace out|(?:i(?:.ll| will) )?be (?:right )?back(?: later| soon)?|brb|good day|that.s (?:all|it|everything)(?: (?:i needed|i wanted to know|for now|for today|from me))?|(?:i have )?no (?:more|further|other) questions|cheerio',
      '(?:good\\s*)?bye(?:\\s*bye)?(?:\\s+(?:for now|now|then))?|good\\s*night|farewell|so long|ciao|cya|ttyl|take care|later',
      'see\\s+(?:you|ya|u)(?:\\s+(?:tomorrow|later|soon|around|again|then|next (?:week|time)|on \\w+day))*|talk to you (?:later|soon|tomorrow)',
      "have a (?:good|nice|great|lovely) (?:day|one|evening|night|weekend|time)|(?:i )?(?:have to|gotta|got to|need to|must) go(?: now)?|(?:that(?:'s| is|'ll be| will be) (?:all|it))(?: for (?:now|today))?|i(?:'m| am) (?:off|done|leaving)(?: now)?",
    ],
  ],
  [
    'identity',
    [
      'is (?:this|it|that) (?:really |actually )?an? (?:real )?(?:human|person|robot|bot|chat\\s?bot|machine|ai|live agent|agent)(?: or (?:an? )?(?:real )?(?:human|person|robot|bot|machine|ai))?|(?:can|could|may) i (?:talk|speak|chat) (?:to|with) (?:an? )?(?:real )?(?:human|person|agent|someone)|(?:which|what) (?:company|team|people) (?:built|made|created|developed|runs|owns) you',
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
      'how (?:do|can|should|would) (?:i|we|one) (?:use|talk to|work with|interact with|get started with|start with) (?:this|you|it|this (?:bot|chat|chatbot|assistant|tool|thing))|(?:show|open|display)?\\s*(?:me )?(?:the )?help(?: menu| page)?|/?(?:help|start|menu|commands?)|get started|(?:what|which) languages (?:do you|can you|are) (?:support|supported|handle|know)(?: by you)?|(?:can|may|could) i ask (?:you )?(?:anything|whatever i want|about anything)(?: i (?:want|like))?|(?:any|got any) (?:suggestions?|ideas?|tips)(?: (?:for|on) what to ask)?|what (?:can|could|should) (?:i|we) (?:do|ask)(?: here)?|(?:i (?:don.t|do not) know|not sure) (?:what|where) to (?:ask|start|begin)',
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
      `${VERY}(?:clear|helpful|useful|kind|nice|good|interesting|true)(?: now)?|then|(?:it|the weather)(?:'s| is) (?:so |very |really )*(?:cold|hot|raining|snowing|nice|sunny|windy|rainy|warm)(?: today| outside| here| now)*|okie dokie|okey dokey|okie`,
      '(?:tell|sing|write|read) (?:me )?(?:a|an|another|something|some) (?:funny|interesting|cool |nice )?(?:joke|jokes|story|song|poem|rap|riddle|fun fact)?|sing(?: (?:me )?(?:a|something|a song))?|(?:let.s |let us |can we |want to |wanna )?play(?: (?:a game|something|with me|chess))?|you (?:rock|rule)|(?:a|q)[sw](?:d|e)[fr]\\w{0,6}|talk to me|entertain me|(?:i.m|i am) (?:so |very |really |a bit )?(?:bored|tired|hungry|sleepy|happy|sad|busy|excited|stressed)(?: (?:today|now|right now|too))?|cheer me up',
      'nothing(?: (?:much|really|else|important))?|(?:works|sounds (?:good|great|fine)|fine|good|ok(?:ay)?) (?:for|to|by|with) me|(?:that|it) (?:is |was )?(?:correct|accurate|right|true|spot on|it|good to know|clear(?: now)?)|that.s (?:right|true|correct|clear|good to know|all right)|good to know|correct|spot on|(?:now )?(?:i )?(?:get|see|understand)(?: it| that)?(?: now)?|crystal clear|bravo|congrats|congratulations|hurrah|whatever|hmm+ (?:ok|okay|interesting)|fair enough|no way|for real|true|thumbs up|same here|me too|(?:my name(?:.s| is)|call me) \\w+(?: \\w+)?',
      '(?:ok(?:ay)?|k|kk|yes|yep|yeah|yup|sure|no|nope|nah|right|alright|all right|fine|oh|ah|aha|hm+|uh|um+|wow|well|lol|haha+|hehe+|please|hooray|yay|oops|so)',
      `(?:i\\s+)?(?:got|get)\\s+(?:it|that|you)(?: now)?|(?:i\\s+)?(?:understood|understand|see|noted|gotcha)(?: that| it| now)?|(?:that\\s+)?makes sense|(?:sounds|looks) (?:good|great|fine|right)|never\\s*mind|no (?:problem|worries)|you(?:'re| are) welcome|of course|exactly|(?:i )?agreed?`,
      `(?:${THAT}|you(?:'re| are| were)?\\s+|what (?:an? )?)?${VERY}(?:an?\\s+)?(?:good|great|nice|cool|awesome|amazing|perfect|excellent|wonderful|fantastic|brilliant|lovely|funny|smart|clever|cute|kind|sweet|stupid|dumb|fast|quick|impressive|interesting|the best|well done|good job|great job|nice (?:one|work|job))(?:\\s+(?:bot|assistant|answer|work|job|one|stuff|then|too))*`,
      "(?:i(?:'m| am)\\s+)?(?:so |very )?(?:sorry|bored|tired|hungry|happy|sad|lonely|fine|good)(?:\\s+(?:about that|for that|too|today|and you))*|my (?:bad|mistake)|(?:wrong|other)\\s+(?:window|chat|tab|person|channel|room)|ignore (?:that|this)(?: please)?|forget it",
      '(?:this is (?:just )?a |just )?(?:test(?:ing)?)(?:\\s+(?:test|1|2|3|one|two|three|message|please ignore))*|(?:tell|sing) me (?:a|another) (?:joke|story|song)|(?:i )?(?:love|like) (?:you|it|this)(?: too)?',
    ],
  ],
  [
    'complaint',
    [
      "(?:(?:no|but|sorry) )*(?:that|this|it|you|(?:the|your|this|that) answer)(?:'s|'re| is| are| was| were| seems| looks)? (?:just |totally |completely |so |really |very |all )*(?:wrong|incorrect|false|mistaken|useless|bad|terrible|nonsense|unhelpful|off)",
      "(?:that |this |it )?(?:didn't|doesn't|did not|does not|don't) (?:help|answer my question|make (?:any )?sense|work)(?: me| at all)?|(?:that's |this is |it's )?not (?:helpful|useful|right|correct|what i (?:asked|meant|wanted)(?: for)?|quite right)(?: at all)?|wrong(?: answer)?|(?:you )?misunderst(?:and|ood)(?: me| my question)?|(?:this|that) makes no sense|you(?:'re| are) (?:useless|not listening|wrong)",
    ],
  ],
  [
    'introduction',
    ["(?:i'm|i am|this is|it's) (?:[a-z]+ ){0,2}[a-z]+(?: (?:from|in|of) (?:[a-z]+ ?){1,3})?"],
  ],
];

/** Japanese and Chinese. */
export const OTHERS: TalkPhrases = [
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
