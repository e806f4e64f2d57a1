using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Understudy.Cli.Prompts;
using Understudy.Cli.Shell;
using Understudy.Inference.PromptCompression;

namespace Understudy.Cli.Bench;

/// <summary><c>understudy bench compression --data FILE --docs FILE --ratio 4</c>: whether what a prompt is about survives its compression.</summary>
internal sealed class CompressionBenchCommand : CliCommand
{
    /// <summary>Prompts that are compressed before the clock runs: the first ones pay for loading tables and compiling code.</summary>
    private const int WarmUp = 20;

    private readonly Option<string> _data = new("--data") { Description = "Questions over documents, or meetings: a JSON object a line.", HelpName = "FILE", Required = true };
    private readonly Option<string?> _documents = new("--docs") { Description = "The documents that questions refer to, by their place in this file.", HelpName = "FILE" };
    private readonly Option<double> _ratio = CompressionRatio.Option();

    public CompressionBenchCommand(SharedOptions shared)
        : base(shared, "compression", "Measures what survives prompt compression, and what it takes.")
    {
        Options.Add(_data);
        Options.Add(_documents);
        Options.Add(_ratio);
    }

    protected override Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var read = CompressionCases.Read(invocation.Get(_data)!, invocation.Get(_documents));
        List<CompressionCase> cases = [.. read.Where(item => item.Marked.Count > 0 || item.Retained(Whole(item.Prompt)) > 0)];
        if (cases.Count == 0)
        {
            throw new CommandFailedException($"There is nothing to measure: {read.Count} records were read, and none has an answer that stands in its documents.");
        }

        if (cases.Count < read.Count)
        {
            invocation.Screen.Note($"{read.Count - cases.Count} records are left out: their answer does not stand in their documents.");
        }

        CompressionBenchReport report;
        using (var progress = invocation.Screen.Progress($"Compressing {cases.Count} prompts"))
        {
            report = Measure(cases, invocation.Get(_ratio), done => progress.Report(done), cancellationToken);
        }

        invocation.Screen.Result(report, console => Write(report, console));
        return Task.FromResult(CommandLine.Done);
    }

    private static CompressionBenchReport Measure(List<CompressionCase> cases, double ratio, Action<double> progress, CancellationToken cancellationToken)
    {
        var compressor = new PromptCompressor();
        foreach (var item in cases.Take(WarmUp))
        {
            Compress(item, SentenceChoice.Relevant, 0);
        }

        var yielded = 0;
        long before = 0, after = 0;
        double milliseconds = 0, retained = 0, truncated = 0, random = 0;
        for (var i = 0; i < cases.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var item = cases[i];
            var compressed = Compress(item, SentenceChoice.Relevant, i);
            yielded += compressed.Yielded is null ? 0 : 1;
            before += compressed.TokensBefore;
            after += compressed.TokensAfter;
            milliseconds += compressed.Milliseconds;
            retained += item.Retained(compressed);
            truncated += item.Retained(Compress(item, SentenceChoice.Leading, i));
            random += item.Retained(Compress(item, SentenceChoice.Random, i));
            progress((i + 1) / (double)cases.Count);
        }

        return new(cases.Count, yielded, before, after, Share(retained), Share(truncated), Share(random), Math.Round(milliseconds / before * 1000, 3));

        CompressedPrompt Compress(CompressionCase item, SentenceChoice choice, int seed) =>
            compressor.Compress(item.Prompt, new() { Ratio = ratio, Consecutive = item.Consecutive, Choice = choice, Seed = seed });

        double Share(double sum) => Math.Round(sum / cases.Count, 4);
    }

    private static CompressedPrompt Whole(PromptParts prompt) =>
        new() { Parts = prompt, Documents = [.. Enumerable.Range(0, prompt.Documents.Count)], TokensBefore = 0, TokensAfter = 0 };

    private static void Write(CompressionBenchReport report, IAnsiConsole console)
    {
        var table = new Table().AddColumns("kept", "survives");
        table.AddRow("by relevance", Percent(report.Retention));
        table.AddRow("the beginning", Percent(report.TruncationRetention));
        table.AddRow("at random", Percent(report.RandomRetention));
        console.Write(table);
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.Records} prompts, {report.TokensBefore:N0} → {report.TokensAfter:N0} tokens ({report.TokensBefore / (double)report.TokensAfter:0.00}-fold, {report.Yielded} left as they are), {report.MsPerThousandTokens:0.00} ms a 1,000 tokens"));

        static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share:0.0%}");
    }
}
