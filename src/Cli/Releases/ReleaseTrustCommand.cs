using System.CommandLine;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Signing;

namespace Understudy.Cli.Releases;

/// <summary><c>understudy release trust [--out FILE]</c>: what another machine needs to take releases and pointers that this one does.</summary>
internal sealed class ReleaseTrustCommand : CliCommand
{
    private readonly Option<string?> _out = new("--out") { Description = "The file that the keys go to (default: the screen).", HelpName = "FILE" };

    public ReleaseTrustCommand(SharedOptions shared)
        : base(shared, "trust", "Shows the public keys whose signatures count on this machine, its own among them, for UNDERSTUDY_TRUST on another.") => Options.Add(_out);

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var keys = invocation.Catalog.Keys;
        string? own = null;
        try
        {
            own = keys.Signer.KeyId; // made now, where this machine has signed nothing yet
        }
        catch (SigningException error)
        {
            invocation.Screen.Note($"This machine cannot sign: {error.Message}");
        }

        if (own is not null && !keys.Trust.Knows(own))
        {
            invocation.Screen.Note($"This machine signs with key '{own}', which is not trusted on it: add its public half to {ReleaseKeys.TrustVariable}.");
        }

        var pem = keys.Trust.ToPem();
        if (invocation.Get(_out) is { } file)
        {
            File.WriteAllText(file, pem);
        }

        invocation.Screen.Result(new { own, pem, file = invocation.Get(_out) }, console =>
        {
            if (invocation.Get(_out) is null)
            {
                console.Write(pem);
            }
        });
        return Task.FromResult(CommandLine.Done);
    }
}
