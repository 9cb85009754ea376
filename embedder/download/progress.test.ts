import { Progress } from './progress.ts';

function recordProgress({ isTTY }: { isTTY: boolean }) {
  const lines: string[] = [];
  let clock = 0;
  const output = { isTTY, write: (text: string) => lines.push(text) };
  const progress = new Progress(output, { name: 'model.onnx', bytes: 100_000_000, now: () => clock });
  return {
    lines,
    at(seconds: number, bytes: number) {
      clock = seconds * 1_000;
      progress.update(bytes);
    },
  };
}

test('a terminal shows one changing line, with speed and time left', () => {
  const { lines, at } = recordProgress({ isTTY: true });
  at(0, 1_000_000);
  at(4, 41_000_000);
  at(10, 100_000_000);
  expect(lines).toEqual([
    '\r\u001B[Kmodel.onnx  ░░░░░░░░░░░░░░░░░░░░░░░░   1 %  1.0 of 100.0 MB',
    '\r\u001B[Kmodel.onnx  ██████████░░░░░░░░░░░░░░  41 %  41.0 of 100.0 MB  10.0 MB/s  6 s left',
    '\r\u001B[Kmodel.onnx  ████████████████████████ 100 %  100.0 of 100.0 MB  9.9 MB/s\n',
  ]);
});

test('a log gets one line per tenth, not one per packet', () => {
  const { lines, at } = recordProgress({ isTTY: false });
  for (let packet = 1; packet <= 1_000; packet += 1) at(packet / 100, packet * 100_000);
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toMatch(/100 %.*\n$/);
});

test('the speed does not count bytes of an earlier download', () => {
  const { lines, at } = recordProgress({ isTTY: true });
  at(0, 90_000_000);
  at(1, 91_000_000);
  expect(lines[1]).toContain('1.0 MB/s  9 s left');
});
