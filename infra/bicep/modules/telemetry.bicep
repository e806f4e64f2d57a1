metadata description = 'Application Insights over a Log Analytics workspace; telemetry is accepted from identities only.'

@description('Where telemetry is kept.')
param location string

@description('Name of the component.')
param name string

@description('Name of the workspace beneath it.')
param workspaceName string

@description('Days that telemetry is kept.')
param retentionDays int

@description('Tags of both resources.')
param tags { *: string }

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}
