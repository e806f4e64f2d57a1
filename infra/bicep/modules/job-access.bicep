metadata description = 'The right of the app to start and stop the trainer\'s job. Apart from the other rights, because the job is there only after them: it pulls its image by one.'

@description('The trainer\'s job.')
param jobName string

@description('Name of the app\'s identity.')
param appName string

@description('Principal id of the app\'s identity.')
param appId string

// Container Apps Jobs Operator: reads, starts and stops, and changes nothing.
var role = 'b9a307c4-5aa3-4b52-ba60-2b17c136cd7b'

resource job 'Microsoft.App/jobs@2025-01-01' existing = {
  name: jobName
}

resource appOnJob 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: job
  name: guid(job.id, appName, role)
  properties: {
    principalId: appId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}
