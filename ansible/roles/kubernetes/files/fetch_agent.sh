#!/bin/bash
# Goes before install.sh. fetch_agent FILE: the package that AGENT (`SHA256 URL`) names; it is of no repository, so its sum vouches for it.
fetch_agent() {
  local url=${AGENT#* } wanted=${AGENT%% *} sum
  python3 -c 'import shutil, sys, urllib.request; shutil.copyfileobj(urllib.request.urlopen(sys.argv[1], timeout=60), open(sys.argv[2], "wb"))' \
    "$url" "$1" || { echo "E: $url could not be fetched"; exit 1; }
  sum=$(sha256sum "$1")
  [[ ${sum%% *} == "$wanted" ]] || { echo "E: $url has the sha256 ${sum%% *}, wanted is $wanted"; exit 1; }
}
