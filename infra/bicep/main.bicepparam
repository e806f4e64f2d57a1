using 'main.bicep'

// What 'azd up' deploys; each value can be set in the azd environment.
// Of the environment's name what every resource's may have: three characters at least, a letter first, then lower-case letters, digits and single hyphens inside.
var environmentName = toLower(readEnvironmentVariable('AZURE_ENV_NAME', 'understudy'))
var words = split(replace(replace(replace(replace(environmentName, '_', '-'), '.', '-'), '(', '-'), ')', '-'), '-')
var joined = join(filter(words, word => !empty(word)), '-')
var isName = length(joined) > 2 && !contains('0123456789', take(joined, 1))
var plainName = take(isName ? joined : 'env-${joined}', 12)
param name = endsWith(plainName, '-') ? take(plainName, length(plainName) - 1) : plainName
param subscribeToBatches = bool(readEnvironmentVariable('UNDERSTUDY_SUBSCRIBE', 'false'))
param verifierImage = readEnvironmentVariable('UNDERSTUDY_VERIFIER_IMAGE', '')
param trainerImage = readEnvironmentVariable('UNDERSTUDY_TRAINER_IMAGE', '')
param tags = {
  product: 'Understudy'
  'azd-env-name': readEnvironmentVariable('AZURE_ENV_NAME', 'understudy')
}
