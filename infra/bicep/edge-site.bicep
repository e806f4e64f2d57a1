metadata name = 'Understudy edge site'
metadata description = 'What one edge site may do: read its own folder of releases, add reports to its own folder. Deployed once a site, into the resource group of main.bicep.'

targetScope = 'resourceGroup'

@description('The account of main.bicep.')
param storageAccountName string

@description('Name of the site: its folder.')
@minLength(1)
@maxLength(63)
param site string

@description('Object id of the site\'s identity: an Arc machine, a managed identity or an app registration.')
@minLength(36)
@maxLength(36)
param principalId string

var blobActions = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs'
var storageBlobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'

// Reading is held to blobs of the folder, listing to its prefix.
var ownFolder = '(@Resource[${blobActions}:path] StringLike \'${site}/*\')'
var ownPrefix = '(@Request[${blobActions}:prefix] StringLike \'${site}/*\')'
var readOwn = '((!(ActionMatches{\'${blobActions}/read\'} AND NOT SubOperationMatches{\'Blob.List\'})) OR ${ownFolder}) AND ((!(ActionMatches{\'${blobActions}/read\'} AND SubOperationMatches{\'Blob.List\'})) OR ${ownPrefix})'
// Reports are written and never read or deleted: the role has no other action, and these only in the folder.
var writeOwn = '((!(ActionMatches{\'${blobActions}/write\'}) AND !(ActionMatches{\'${blobActions}/add/action\'})) OR ${ownFolder})'

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource edge 'containers' existing = {
      name: 'edge'
    }

    resource reports 'containers' existing = {
      name: 'edge-reports'
    }
  }
}

// No built-in role writes blobs without also deleting whole containers, which no condition on blobs holds back. The same definition for every site.
resource reporter 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(resourceGroup().id, 'Understudy edge reporter')
  properties: {
    // Unique in the tenant, where other subscriptions may have a group of the same name.
    roleName: 'Understudy edge reporter (${resourceGroup().name}, ${uniqueString(resourceGroup().id)})'
    description: 'Writes blobs, and does nothing else.'
    type: 'CustomRole'
    permissions: [
      { actions: [], dataActions: ['${blobActions}/write', '${blobActions}/add/action'] }
    ]
    assignableScopes: [resourceGroup().id]
  }
}

resource releases 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobs::edge
  name: guid(account::blobs::edge.id, principalId, storageBlobDataReader)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataReader)
    conditionVersion: '2.0'
    condition: readOwn
  }
}

resource reporting 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobs::reports
  name: guid(account::blobs::reports.id, principalId, reporter.name)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: reporter.id
    conditionVersion: '2.0'
    condition: writeOwn
  }
}
