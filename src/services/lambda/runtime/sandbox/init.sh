# The first process of an execution environment, already as its user: takes the variables of the function from
# descriptor 3, so that they stand in no command line, runs the command with descriptor 4 as its standard error and ends as
# it ended. Descriptor 5 leads to the Runtime API, for the command alone. What the shell and the tools before it say of that is for nobody.
text=$(cat <&3)
exec 3<&-
# Cut off where the server died while it wrote.
case $text in *'# all') ;; *) exit 70 ;; esac
eval "$text"
unset text
cd "$LAMBDA_TASK_ROOT" || exit 71
unset OLDPWD
for extension in "$layers"/extensions/*; do
  if [ -f "$extension" ] && [ -x "$extension" ]; then "$extension" 2>&4 4>&- 5>&- & fi
done
unset layers extension
if [ -n "${AWS_LAMBDA_EXEC_WRAPPER-}" ]; then set -- "$AWS_LAMBDA_EXEC_WRAPPER" "$@"; fi
"$@" 2>&4 4>&- &
exec 4>&- 5>&-
wait $!
