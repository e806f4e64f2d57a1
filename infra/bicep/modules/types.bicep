@export()
@description('Instance sizes of Flex Consumption, in MiB.')
type flexInstanceMemory = 512 | 2048 | 4096

@export()
@description('Serverless GPUs of Container Apps.')
type gpuProfile = 'Consumption-GPU-NC8as-T4' | 'Consumption-GPU-NC24-A100'

@export()
@description('Hours in which replicas are kept, as two cron expressions of five fields.')
type busyHours = {
  @description('A name of the time zone database, such as Europe/Berlin.')
  timezone: string

  @description('When they start, such as 0 7 * * 1-5.')
  start: string

  @description('When they end.')
  end: string

  @description('How many.')
  @minValue(1)
  replicas: int
}

@export()
@description('Copies of the data: in one datacentre, or in three zones.')
type redundancyKind = 'Standard_LRS' | 'Standard_ZRS'

@export()
@description('The container of events that could not be delivered.')
var deadLetters = 'dead-letters'
