using 'main.bicep'

// Costs next to nothing when nobody calls.
param name = 'studydev'
param instanceMemory = 2048
param maximumInstances = 5
param batchDays = 14
param lessonDays = 90
param tags = {
  product: 'Understudy'
  stage: 'dev'
}
