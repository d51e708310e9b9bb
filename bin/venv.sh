# Sourced by serve, test, bench and ci: creates the virtual environment, and updates it when the requirements change.

# die <Korean sentence> <English sentence>: print one sentence in each language and exit.
die() {
  printf '%s\n(%s)\n' "$1" "$2" >&2
  exit 1
}

# venv_stamp: print what .venv/<file>.stamp holds if nothing is to be installed.
venv_stamp() {
  cat requirements*.txt | cksum
  python3 -V
  pwd
}

# prepare_venv <requirements file>: install what the file pins into .venv. Silent if nothing is to be done.
prepare_venv() {
  local file=$1 python stamp wanted
  python=$(command -v python3) || die "python3이 없습니다. 파이썬 3.11 이상을 설치해 주세요." "There is no python3: install Python 3.11 or newer."
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || die "파이썬이 오래되었습니다. 3.11 이상이 필요합니다." "This Python is too old: 3.11 or newer is needed."
  stamp=.venv/$(basename "$file").stamp
  wanted=$(venv_stamp)
  [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
  "$python" -c 'import venv, ensurepip' 2>/dev/null \
    || die "파이썬의 venv 모듈이 없습니다. 데비안·우분투라면: apt install python3-venv" "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv"
  if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    echo "가상환경을 만듭니다… (.venv)"
    "$python" -m venv --clear .venv || die "가상환경을 만들지 못했습니다." "The virtual environment could not be made."
  fi
  echo "필요한 꾸러미를 설치합니다… ($file)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$file" \
    || die "꾸러미를 설치하지 못했습니다. 인터넷 연결과 디스크 공간을 확인해 주세요." "The packages could not be installed: check the network and the disk."
  printf '%s\n' "$wanted" > "$stamp"
}
