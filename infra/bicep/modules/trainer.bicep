metadata description = 'The job that retrains students: started by the workflow, ended by itself, by a time limit, or by hand.'

@description('Where the job is put.')
param location string

@description('Name of the job.')
@maxLength(32)
param name string

@description('The environment it runs in.')
param environmentId string

@description('The identity it pulls, reads lessons and writes releases under.')
param identityId string

@description('Client id of that identity.')
param identityClientId string

@description('The registry of the image.')
param registry string

@description('The image, with its registry and a tag or digest.')
param image string

@description('The account with lessons and releases.')
param storageAccountName string

@description('The key that signs releases.')
param signingKeyUri string

@description('A run that takes longer than this is ended; its checkpoint stays.')
@minValue(600)
@maxValue(86400)
param timeoutSeconds int

@description('Tags of the job.')
param tags { *: string }

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName
}

resource job 'Microsoft.App/jobs@2025-01-01' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'cpu'
    configuration: {
      triggerType: 'Manual'
      replicaTimeout: timeoutSeconds
      // The workflow decides whether a failed run is tried again: it knows what is left to do.
      replicaRetryLimit: 0
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
      registries: [
        { server: registry, identity: identityId }
      ]
    }
    template: {
      containers: [
        {
          name: 'trainer'
          image: image
          resources: { cpu: 4, memory: '8Gi' }
          env: [
            { name: 'AZURE_CLIENT_ID', value: identityClientId }
            { name: 'UNDERSTUDY_STORAGE', value: account.properties.primaryEndpoints.blob }
            { name: 'UNDERSTUDY_SIGNING_KEY', value: signingKeyUri }
          ]
        }
      ]
    }
  }
}

@description('Resource id, to start the job by.')
output id string = job.id
