using System.CommandLine;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Releases;

/// <summary><c>understudy release sign --task NAME VERSION</c>: the manifest keeps every byte, so the release stays the one it is.</summary>
internal sealed class ReleaseSignCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Argument<string> _version = new("VERSION") { Description = "The release that is to be vouched for." };

    public ReleaseSignCommand(SharedOptions shared)
        : base(shared, "sign", "Checks a release and signs it with this machine's key, or the one in UNDERSTUDY_SIGNING_KEY.")
    {
        Options.Add(_task);
        Arguments.Add(_version);
    }

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var (task, version, catalog) = (invocation.Get(_task)!, invocation.Get(_version)!, invocation.Catalog);
        ReleaseWriter.Sign(ReleaseFolder.Find(catalog, task, version), catalog.Keys.Signer);
        var key = catalog.Keys.Signer.KeyId;
        var trusted = catalog.Keys.Trust.Knows(key);
        invocation.Screen.Result(new { task, version, key, trusted }, console => console.WriteLine(
            $"{task} {version} is signed by key '{key}'{(trusted ? "." : ", which is not trusted on this machine: add its public half to UNDERSTUDY_TRUST.")}"));
        return Task.FromResult(CommandLine.Done);
    }
}
