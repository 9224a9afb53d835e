# Makes the file system of an execution environment, in mount, process and IPC namespaces of its own, and becomes its init
# as the environment's user, who has no privilege. What is not named here is not there.
#
# root task opt runtime node library modules tmp-megabytes user data-bytes processes command...
set -eu
exec 2>&4
root=$1 task=$2 opt=$3 runtime=$4 node=$5 library=$6 modules=$7 megabytes=$8 user=$9
shift 9
data=$1 processes=$2
shift 2

mount -t tmpfs -o mode=755,size=1m,nosuid functions "$root"
cd "$root"
mkdir -p dev etc old opt proc tmp usr var/lang/bin var/runtime var/task var/tmp

# As a read-only view; where the place has flags that may not be cleared here, with these.
show() {
  mount -o bind,ro,nosuid "$1" "$2" 2>/dev/null || {
    umount "$2" 2>/dev/null || :
    mount -o bind "$1" "$2"
    mount -o remount,bind,ro,nosuid,nodev "$2" || mount -o remount,bind,ro,nosuid,nodev,noexec "$2"
  }
}

show /usr usr
for folder in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$folder" ]; then
    cp -P "/$folder" "$folder"
  elif [ -d "/$folder" ]; then
    mkdir "$folder"
    show "/$folder" "$folder"
  fi
done
for file in hosts host.conf resolv.conf nsswitch.conf protocols services mime.types ld.so.cache localtime; do
  [ ! -r "/etc/$file" ] || cp -L "/etc/$file" "etc/$file"
done
for folder in ssl pki alternatives; do
  if [ -d "/etc/$folder" ]; then
    mkdir "etc/$folder"
    show "/etc/$folder" "etc/$folder"
  fi
done
printf 'root:x:0:0:root:/root:/usr/sbin/nologin\nsbx_user1051:x:%s:%s::/tmp:/usr/sbin/nologin\n' "$user" "$user" >etc/passwd
printf 'root:x:0:\nsbx_user1051:x:%s:\n' "$user" >etc/group

for device in null zero full random urandom; do
  : >"dev/$device"
  mount -o bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr

: >var/lang/bin/node
show "$node" var/lang/bin/node
show "$runtime" var/runtime
show "$task" var/task
[ "$opt" = - ] || show "$opt" opt
if [ "$library" != - ]; then
  mkdir -p ".$library"
  show "$library" ".$library"
fi
if [ "$modules" != - ]; then
  mkdir var/lang/modules
  show "$modules" var/lang/modules
fi
mount -t tmpfs -o "mode=1777,size=${megabytes}m,nosuid,nodev" functions tmp
mount -t proc -o nosuid,nodev,noexec proc proc

pivot_root . old
umount -l /old
mount -o remount,ro,mode=755,size=1m,nosuid / || mount -o remount,bind,ro /

cd /
become="--inh-caps=-all --bounding-set=-all --no-new-privs --pdeathsig KILL"
[ "$user" = 0 ] || become="$become --reuid $user --regid $user --clear-groups"
# shellcheck disable=SC2086
exec prlimit --nofile=1024 --nproc="$processes" --core=0 --data="$data" -- \
  setpriv $become -- env -i /bin/sh /var/runtime/init.sh "$@" 2>/dev/null
