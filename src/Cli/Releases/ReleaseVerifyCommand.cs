using System.CommandLine;
using Spectre.Console;
using Understudy.Cli.Shell;
using Understudy.Inference.Releases;

namespace Understudy.Cli.Releases;

/// <summary><c>understudy release verify --task NAME [VERSION]</c>: signature, hashes, shapes, fields; exit code 1 when it cannot serve.</summary>
internal sealed class ReleaseVerifyCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Argument<string?> _version = new("VERSION") { Description = "The release (default: the stable one).", Arity = ArgumentArity.ZeroOrOne };

    public ReleaseVerifyCommand(SharedOptions shared)
        : base(shared, "verify", "Checks a release whole: its signature, its manifest, its files' hashes and its models.")
    {
        Options.Add(_task);
        Arguments.Add(_version);
    }

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var folder = ReleaseFolder.Find(invocation.Catalog, invocation.Get(_task)!, invocation.Get(_version));
        var problems = ReleaseValidator.Validate(folder);
        var version = Path.GetFileName(folder);
        invocation.Screen.Result(new { task = invocation.Get(_task), version, valid = problems.Count == 0, problems }, console =>
        {
            console.WriteLine(problems.Count == 0 ? $"Release '{version}' can serve." : $"Release '{version}' has {problems.Count} problem(s):");
            foreach (var problem in problems)
            {
                console.WriteLine($"- {problem}");
            }
        });
        return Task.FromResult(problems.Count == 0 ? CommandLine.Done : CommandLine.Failed);
    }
}
