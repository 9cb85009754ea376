import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { unwrap } from '../../api/problem.ts';
import { useText } from '../../i18n/text.tsx';
import { useTeam } from '../../shell/team.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog, DialogActions } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import { ProblemState } from '../../ui/states.tsx';
import { showToast } from '../../ui/toast.tsx';
import { useRefresh } from './queries.ts';
import { chatRoute } from './route.ts';

type Rating = { rating: 'up' | 'down'; comment?: string };

/** Rates an answer; the last rating counts. */
export function useRate(messageId: string) {
  const t = useText();
  const team_id = useTeam().team.id;
  const { conversationId = null } = chatRoute.useParams();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (body: Rating) =>
      unwrap(
        api.POST('/v1/teams/{team_id}/messages/{message_id}/feedback', {
          params: { path: { team_id, message_id: messageId } },
          body,
        }),
      ),
    onSuccess: async () => {
      showToast({ title: t.chat.thanks });
      await refresh(conversationId);
    },
  });
}

type DialogProps = { messageId: string; title: string; onClose(): void };

/** Asks what is wrong with an answer; admins read it among the questions of the team. */
export function FeedbackDialog({ messageId, title, onClose }: DialogProps) {
  const t = useText();
  const [comment, setComment] = useState('');
  const rate = useRate(messageId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const text = comment.trim();
    rate.mutate({ rating: 'down', ...(text ? { comment: text } : {}) }, { onSuccess: onClose });
  };
  return (
    <Dialog title={title} lead={t.chat.feedbackLead} open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <form onSubmit={submit}>
        <TextArea
          label={t.chat.comment}
          isOptional
          maxLength={4_000}
          value={comment}
          onChange={({ target }) => setComment(target.value)}
        />
        {rate.error && <ProblemState error={rate.error} className="mt-3" />}
        <DialogActions>
          <Button onClick={onClose}>{t.common.cancel}</Button>
          <Button type="submit" look="primary" busy={rate.isPending}>
            {t.chat.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
