import fs from 'node:fs';
const { parseDocument } = await import('/work/main/shared/ingestion/parse/parse.ts');
const { assertContentType } = await import('/work/main/shared/ingestion/sniff.ts');
const { buildPdf } = await import('/work/main/tests/fixtures/pdf-builder.ts');
let seed=4242; const rnd=()=>{seed=(seed*1664525+1013904223)>>>0;return seed/4294967296};
const CT={pdf:'application/pdf',docx:'application/vnd.openxmlformats-officedocument.wordprocessingml.document',html:'text/html',md:'text/markdown',json:'application/json',csv:'text/csv'};
const src=[['pdf',buildPdf({pages:[[{text:'한빛로봇 규정',x:50,y:700,font:'unicode'},{text:'Some text here',x:50,y:600}],[{text:'c7d1',x:5,y:5,font:'uhc'}]]})],['docx',new Uint8Array(fs.readFileSync('/work/main/local/samples/operator-manual.docx'))],['html',new Uint8Array(fs.readFileSync('/work/main/local/samples/fleet-security.html'))],['md',new Uint8Array(fs.readFileSync('/work/main/local/samples/support-faq.md'))],['pdf',new Uint8Array(fs.readFileSync('/work/main/local/samples/work-rules.pdf'))]];
process.on('unhandledRejection',e=>{console.log('UNHANDLED',e);});
const stats={}; let slow=0;
const N={0:900,1:120,2:100,3:100,4:80};
for(const [k,[fmt,bytes]] of src.entries()) for(let i=0;i<N[k];i++){
  const b=bytes.slice(); const n=1+Math.floor(rnd()*12);
  for(let j=0;j<n;j++){const p=Math.floor(rnd()*b.length); const m=rnd(); if(m<.6)b[p]=Math.floor(rnd()*256); else if(m<.8) b.copyWithin(p,Math.floor(rnd()*b.length),Math.floor(rnd()*b.length)); else b.fill(48+Math.floor(rnd()*10),p,p+3);}
  const t=performance.now();
  try{ await assertContentType(b,CT[fmt]); await parseDocument(b,{contentType:CT[fmt],filename:'a'}); stats[fmt+' ok']=(stats[fmt+' ok']??0)+1;}
  catch(e){ const c=e.code??('??'+e.stack); stats[fmt+' '+c]=(stats[fmt+' '+c]??0)+1; if(e.name!=='DocumentError')console.log(e); else if(e.cause && /TypeError|ReferenceError/.test(String(e.cause)) && /shared\/ingestion/.test(e.cause.stack??'')) console.log(e.cause.stack.split('\n').slice(0,4).join('\n')); }
  slow=Math.max(slow,performance.now()-t);
}
console.log(stats,'slowest',slow|0,'rss',process.memoryUsage().rss>>20);
