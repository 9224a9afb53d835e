# Ends what is left of an execution environment when its standard input ends: when the server says so, or has died.
# "user" and a number: every process of the user. "group" and a number: every process of the group.
cat >/dev/null
if [ "$1" = user ]; then
  exec setpriv --reuid "$2" --regid "$2" --clear-groups /bin/sh -c 'kill -s KILL -- -1'
else
  kill -s KILL -- "-$2"
fi
