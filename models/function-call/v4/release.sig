{
  "keyId": "37b76ca6759ff028",
  "algorithm": "ES256",
  "signature": "c4afKpWNJY5Yle2MCQ6pJ69O2hmoBiuFB2hNDkk14S+bGVZdbmOBFFZGBoA5MgZTtSSjhOo78kk/2JP9ToMOMA=="
}