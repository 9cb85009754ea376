import { CSPProvider } from '@base-ui/react/csp-provider';
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app.css';
import { ApiProblem } from './api/problem.ts';
import { TextProvider } from './i18n/text.tsx';
import { createConsoleRouter } from './router.tsx';
import { ToastRegion } from './ui/toast.tsx';

/** Problems that another try may end; a refusal stays one. */
function isWorthRetrying(failures: number, error: unknown): boolean {
  return failures < 2 && error instanceof ApiProblem && (error.status === 0 || error.status >= 502);
}

const queries = new QueryClient({
  defaultOptions: { queries: { retry: isWorthRetrying, staleTime: 5_000 } },
  queryCache: new QueryCache({
    onError: (error) => {
      if (error instanceof ApiProblem && error.status === 401) location.assign('/sign-in');
    },
  }),
});
const router = createConsoleRouter(queries);

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    {/* The content security policy allows no inline styles: components must not write <style>. */}
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <TextProvider>
          <RouterProvider router={router} />
          <ToastRegion />
        </TextProvider>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
