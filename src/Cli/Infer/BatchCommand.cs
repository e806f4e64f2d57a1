using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Datasets;
using Understudy.Cli.Shell;

namespace Understudy.Cli.Infer;

/// <summary><c>understudy batch --task NAME --in FILE --out FILE</c>: a JSONL file of records to a JSONL file of answers, in this process.</summary>
internal sealed class BatchCommand : CliCommand
{
    private readonly Option<string> _task = SharedOptions.Task();
    private readonly Option<string?> _release = new("--release") { Description = "The release (default: the stable one).", HelpName = "VERSION" };
    private readonly Option<string> _in = new("--in", "-i") { Description = "Records, one JSON object a line.", HelpName = "FILE", Required = true };
    private readonly Option<string> _out = new("--out", "-o") { Description = "Answers, in the same order; replaced when all are there.", HelpName = "FILE", Required = true };

    public BatchCommand(SharedOptions shared)
        : base(shared, "batch", "Answers a file of inputs.")
    {
        foreach (var option in (Option[])[_task, _release, _in, _out])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var output = AnswerFile.Find(invocation.Get(_out)!);
        var read = AnswerFile.Followed(invocation.Get(_in)!);
        if (LocalBatch.Files(output).FirstOrDefault(file => AnswerFile.Followed(file) == read) is { } taken)
        {
            throw new BadUsageException(taken == output
                ? "--in and --out are the same file. Write the answers elsewhere."
                : $"--in: '{taken}' is a file that is written for this --out. Write the answers elsewhere.");
        }

        await using var input = LabelledFile.Open(invocation.Get(_in)!);
        using var lease = invocation.Catalog.Acquire(invocation.Get(_task)!, invocation.Get(_release));
        using var progress = invocation.Screen.Progress($"Answering {Path.GetFileName(input.Name)}");
        var batch = new LocalBatch(invocation.Catalog, invocation.Leads, lease.Release, output);
        var counts = await batch.RunAsync(input, progress, cancellationToken).ConfigureAwait(false);
        progress.Dispose();
        foreach (var line in batch.FirstMalformed)
        {
            invocation.Screen.Note($"{Path.GetFileName(input.Name)}, line {line.Line}: {line.Reason}");
        }

        invocation.Screen.Result(counts, console =>
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{counts.Answered:N0} answers in {counts.Out}; students gave {counts.StudentShare:0.0%} of them, {counts.ModelMilliseconds / 1000:0.0} s of model time."));
            if (counts.Degraded > 0)
            {
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{counts.Degraded:N0} of them are a student's because the lead was away; their receipts say 'degraded'."));
            }

            if (counts.Quarantine is not null)
            {
                console.WriteLine($"{counts.Malformed} lines cannot be used; they are in {counts.Quarantine}.");
            }
        });
        return CommandLine.Done;
    }
}
