"""Who is asking, by the access token of an open session."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt.exceptions import TokenError

from crm.core.errors import NotSignedIn

from . import sessions, tokens


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token>``; the session behind it is read each time."""

    def authenticate(self, request):
        scheme, _, text = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        try:
            claims = tokens.read_access(text.strip().decode("ascii")).payload
            session = sessions.session_of(claims)
        except (TokenError, UnicodeDecodeError) as error:
            raise AuthenticationFailed(
                "The access token is not valid or has expired. Refresh it or sign in again."
            ) from error
        except NotSignedIn as error:
            raise AuthenticationFailed(str(error)) from error
        timezone.activate(session.user.timezone)
        request._request.user_id_for_log = str(session.user_id)
        return session.user, session

    def authenticate_header(self, request):
        return 'Bearer realm="api"'
