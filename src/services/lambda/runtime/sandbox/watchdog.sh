# Ends what is left of an execution environment when its standard input ends: when the server says so, or has died.
# "user", a number, another number and node: every process of the user. "group" and a number: every process of the group.
cat >/dev/null
if [ "$1" != user ]; then
  kill -s KILL -- "-$2"
  exit
fi

# Most often the first process was the last. One that is gone while it is looked at may have left a child, so that not a
# word may come; and looked at twice, no child has a number that was passed already because numbers began anew.
left() { find /proc -maxdepth 1 -user "$1" 2>&1; }
[ -n "$(left "$2")" ] || [ -n "$(left "$2")" ] || exit 0

# Who has the user's rights alone could be stopped or killed by the user's processes before it kills them. The real and the
# saved user of this one are others: it may signal them, and they may not signal it.
# shellcheck disable=SC2016
setpriv --ruid "$3" --clear-groups -- "$4" -e '
process.seteuid(Number(process.argv[1]))
try { process.kill(-1, "SIGKILL") } catch (error) { if (error.code !== "ESRCH") throw error }
' "$2" || exec setpriv --reuid "$2" --regid "$2" --clear-groups /bin/sh -c 'kill -s KILL -- -1'
