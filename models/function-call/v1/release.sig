{
  "keyId": "ad1a13e54c7eb785",
  "algorithm": "ES256",
  "signature": "Q4PDkiJsURlaXsdz6p+Pmb4yvdPF8AbK0yKW+023gBpsTODQZecP+X7uxVqImhsAUBuC5zvBHId06+CWksgveA=="
}