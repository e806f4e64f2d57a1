using 'main.bicep'

param name = 'understudy'
param instanceMemory = 4096
param maximumInstances = 20
param tags = {
  product: 'Understudy'
}
