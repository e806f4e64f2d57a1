using Azure.Core;

namespace Understudy.Workflows.Signing;

/// <summary>How the vault is called: the defaults of Azure's clients, a few retries included.</summary>
internal sealed class VaultClientOptions : ClientOptions;
