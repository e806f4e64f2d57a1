using 'main.bicep'

// What 'azd up' deploys; each value can be set in the azd environment.
param name = take(readEnvironmentVariable('AZURE_ENV_NAME', 'understudy'), 12)
param subscribeToBatches = bool(readEnvironmentVariable('UNDERSTUDY_SUBSCRIBE', 'false'))
param verifierImage = readEnvironmentVariable('UNDERSTUDY_VERIFIER_IMAGE', '')
param trainerImage = readEnvironmentVariable('UNDERSTUDY_TRAINER_IMAGE', '')
param tags = {
  product: 'Understudy'
  'azd-env-name': readEnvironmentVariable('AZURE_ENV_NAME', 'understudy')
}
