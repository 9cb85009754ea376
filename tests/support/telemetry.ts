import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A JSON line in a function's output. */
export type LogLine = Record<string, unknown> & { level?: string; message?: string };

/** A metric in a function's output. */
export type Series = {
  namespace: string;
  metric: string;
  unit: string;
  dimensions: Record<string, string>;
  value: number;
};

type Emf = Record<string, unknown> & {
  _aws: {
    Timestamp: number;
    CloudWatchMetrics: {
      Namespace: string;
      Dimensions: string[][];
      Metrics: { Name: string; Unit: string }[];
    }[];
  };
};

type Subsegment = Record<string, unknown> & {
  trace_id: string;
  parent_id: string;
  id: string;
  name: string;
};

/** The JSON lines of a function's output, without those in the embedded metric format. */
export function logLines(output: string): LogLine[] {
  return jsonLines(output).filter((line) => !('_aws' in line));
}

/** The metrics that CloudWatch would extract from a function's output. */
export function seriesOf(output: string): Series[] {
  return jsonLines(output)
    .filter((line): line is Emf => '_aws' in line)
    .flatMap((line) =>
      line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
        Dimensions.flatMap((names) => {
          const dimensions = Object.fromEntries(names.map((name) => [name, line[name] as string]));
          return Metrics.map(({ Name, Unit }) => {
            return {
              namespace: Namespace,
              metric: Name,
              unit: Unit,
              dimensions,
              value: line[Name] as number,
            };
          });
        }),
      ),
    );
}

function jsonLines(output: string): LogLine[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);
}

/** Stands in for the X-Ray daemon beside a function: receives segments over UDP and keeps them. */
export async function startDaemon() {
  const socket = createSocket('udp4');
  const received: Subsegment[] = [];
  socket.on('message', (message) => {
    const [preamble, document = ''] = message.toString().split('\n');
    if (preamble === '{"format":"json","version":1}') received.push(JSON.parse(document) as Subsegment);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const close = () => new Promise<void>((resolve) => void socket.close(() => resolve()));
  return { address: `127.0.0.1:${socket.address().port}`, received, close };
}

/** Forwards requests to `target` and keeps their trace headers. */
export async function startTraceWatcher(target: string) {
  const headers: string[] = [];
  const server = createServer(async (request, response) => {
    const trace = request.headers['x-amzn-trace-id'];
    if (typeof trace === 'string') headers.push(trace);
    const { authorization = '', 'content-type': type = 'application/json' } = request.headers;
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { authorization, 'content-type': type },
      ...(request.method === 'POST' && { body: new Uint8Array(await buffer(request)) }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers, close };
}
