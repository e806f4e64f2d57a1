using System.CommandLine;
using Azure.Identity;
using Understudy.Inference.Leads;
using Understudy.Inference.Releases;
using Understudy.Inference.Signing;
using Understudy.Workflows.Signing;

namespace Understudy.Cli.Shell;

/// <summary>One run of a command: its options, where it writes, the models folder.</summary>
internal sealed class Invocation(ParseResult parsed, Screen screen, SharedOptions shared) : IDisposable
{
    private ReleaseCatalog? _catalog;
    private LeadConnections? _leads;

    public Screen Screen { get; } = screen;

    public Surroundings Surroundings { get; } = shared.Surroundings;

    public string ModelsFolder => Path.GetFullPath(parsed.GetValue(shared.Models) ?? Shell.ModelsFolder.Find());

    /// <summary>Opened when first asked for.</summary>
    public ReleaseCatalog Catalog => _catalog ??= new(ModelsFolder, keys: Keys);

    /// <summary>To leads behind endpoints; Azure's without a key are reached by identity.</summary>
    public LeadConnections Leads => _leads ??= new(tokens: new DefaultAzureCredential());

    /// <summary>As the environment says; a key in a vault is reached by identity.</summary>
    public static ReleaseKeys Keys => ReleaseKeys.OfThisMachine(address => new VaultSigner(address, new DefaultAzureCredential()));

    public T? Get<T>(Option<T> option) => parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => parsed.GetValue(argument);

    public void Dispose()
    {
        _leads?.Dispose();
        _catalog?.Dispose();
    }
}
