{
  "keyId": "37b76ca6759ff028",
  "algorithm": "ES256",
  "signature": "STS6N6upylL/Baoi8Gs3aPtcr+b1nn69yRpUo7yeYIm0YzzY+yrD3FsAzEWOonoGy1URvbwOaY9sFQuAxeOCLg=="
}