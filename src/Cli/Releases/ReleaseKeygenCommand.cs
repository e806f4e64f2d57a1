using System.CommandLine;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Signing;

namespace Understudy.Cli.Releases;

/// <summary><c>understudy release keygen FILE</c></summary>
internal sealed class ReleaseKeygenCommand : CliCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "Where the private key goes; the public one goes to FILE.pub." };

    public ReleaseKeygenCommand(SharedOptions shared)
        : base(shared, "keygen", "Makes a key to sign releases with.") => Arguments.Add(_file);

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var file = Path.GetFullPath(invocation.Get(_file)!);
        var publicFile = $"{file}.pub";
        if (File.Exists(file) || File.Exists(publicFile))
        {
            throw new CommandFailedException($"There is a file '{(File.Exists(file) ? file : publicFile)}' already. A key that is overwritten is lost: choose another name.");
        }

        var signer = PemSigner.Create(file);
        File.WriteAllText(publicFile, $"{signer.PublicPem}{Environment.NewLine}");
        invocation.Screen.Result(new { key = signer.KeyId, privateKey = file, publicKey = publicFile }, console => console.WriteLine(
            $"Key '{signer.KeyId}'. Sign with {ReleaseKeys.SigningKeyVariable}={file}; machines that are to trust it need {ReleaseKeys.TrustVariable}={publicFile}."));
        return Task.FromResult(CommandLine.Done);
    }
}
