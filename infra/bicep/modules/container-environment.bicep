metadata description = 'Where the containers run: serverless CPU for training, a serverless GPU for the verifier; reached from the network only.'

import { gpuProfile } from 'types.bicep'

@description('Where the environment is put. A region that offers the GPU, where there is a verifier.')
param location string

@description('Name of the environment.')
param name string

@description('The GPU of the verifier.')
param gpu gpuProfile

@description('Whether there is a verifier: without one, no GPU is asked of the region.')
param withGpu bool

@description('The subnet of the containers.')
param subnetId string

@description('Spreads the containers over zones. It stays as it is when the environment is made.')
param zoneRedundant bool

@description('The component that telemetry goes to.')
param applicationInsightsName string

@description('Tags of everything here.')
param tags { *: string }

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource environment 'Microsoft.App/managedEnvironments@2025-01-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // Log Analytics refuses keys; logs go there through the diagnostic setting below.
    appLogsConfiguration: { destination: 'azure-monitor' }
    vnetConfiguration: { internal: true, infrastructureSubnetId: subnetId }
    workloadProfiles: concat(
      [{ name: 'Consumption', workloadProfileType: 'Consumption' }],
      withGpu ? [{ name: 'gpu', workloadProfileType: gpu }] : []
    )
    peerAuthentication: { mtls: { enabled: true } }
    zoneRedundant: zoneRedundant
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: environment
  name: 'logs'
  properties: {
    workspaceId: insights.properties.WorkspaceResourceId
    logs: [
      { categoryGroup: 'allLogs', enabled: true }
    ]
  }
}

@description('Resource id of the environment.')
output id string = environment.id

@description('The domain of the containers.')
output domain string = environment.properties.defaultDomain

@description('The address that all names of the domain stand for.')
output address string = environment.properties.staticIp
