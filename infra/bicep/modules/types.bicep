@export()
@description('Instance sizes of Flex Consumption, in MiB.')
type flexInstanceMemory = 512 | 2048 | 4096
