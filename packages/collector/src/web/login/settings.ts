import { list, text } from '@nestwatch/common/config/setting';
import { readUsers } from './htpasswd.ts';

/** Who may see the page and the metrics. Nobody is asked where neither of the first two is set. */
export const loginSettings = {
  'page.password-file': {
    ...text('File with users and passwords, made by "htpasswd -B", for the page, its JSON and the metrics', {
      default: '',
    }),
    check: async (file: string) => void (file !== '' && readUsers(file)),
  },
  'page.user-header': text(
    'Header in which a reverse proxy passes the name of the user, such as X-Forwarded-User',
    { default: '', pattern: /^[A-Za-z][A-Za-z0-9-]{0,63}$/, allowed: 'the name of a header' },
  ),
  'page.proxies': list('Addresses of proxies whose header is trusted', {
    default: ['127.0.0.1', '::1'],
  }),
} as const;
