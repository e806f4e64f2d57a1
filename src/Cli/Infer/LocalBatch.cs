using System.Text.Json;
using Understudy.Cli.Shell;
using Understudy.Inference.Datasets;
using Understudy.Inference.Leads;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Batches;

namespace Understudy.Cli.Infer;

/// <summary>Answers records as they are read, a few hundred at a time, on one release throughout. The output takes its name when it is complete.</summary>
internal sealed class LocalBatch(ReleaseCatalog catalog, LeadConnections leads, Release release, string output)
{
    private const int ChunkSize = 256;
    private const int FirstShown = 10;
    private const string Partial = ".partial", Quarantine = ".quarantine.jsonl";

    private readonly JointInference _pipeline = new(catalog, leads: leads);
    private readonly List<QuarantinedLine> _first = [];
    private readonly string _quarantine = output + Quarantine;
    private long _answered, _byStudents, _degraded, _malformed;
    private double _milliseconds;

    /// <summary>At most the first ten.</summary>
    public IReadOnlyList<QuarantinedLine> FirstMalformed => _first;

    /// <summary>What a run replaces: its answers, the file where they are until all are there, and that of the lines that cannot be used.</summary>
    /// <param name="output">Of the answers.</param>
    public static IReadOnlyList<string> Files(string output) => [output, output + Partial, output + Quarantine];

    /// <exception cref="CommandFailedException">
    /// No line can be used, and no answers are written; or the task waits for its lead, some lines were answered without it, and all answers are written.
    /// </exception>
    public async Task<BatchCounts> RunAsync(FileStream input, ProgressLine progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        var partial = output + Partial;
        File.Delete(_quarantine);
        try
        {
            await using (var writer = new StreamWriter(partial))
            {
                await AnswerAsync(input, writer, progress, cancellationToken).ConfigureAwait(false);
            }

            if (_answered == 0 && _malformed > 0)
            {
                throw new CommandFailedException($"There is no record to answer: {_malformed} lines were read and none can be used; they are in '{_quarantine}'. Line {_first[0].Line}: {_first[0].Reason}");
            }

            File.Move(partial, output, overwrite: true);
        }
        catch
        {
            File.Delete(partial);
            throw;
        }

        if (_degraded > 0 && release.Definition.WaitsForLead)
        {
            throw new CommandFailedException(
                $"{_degraded} of the {_answered} answers in '{output}' are the students' own, and say so in 'receipt.degraded': the lead could not answer, or its budget for the day is used up, and task '{release.Manifest.Task}' waits for it. Run their lines again later, or give \"whenLeadIsAway\": \"degrade\" in task.json.");
        }

        return new(_answered, _malformed, _answered == 0 ? 0 : (double)_byStudents / _answered, _degraded, _milliseconds,
            release.Manifest.Version, output, _malformed == 0 ? null : _quarantine);
    }

    private async Task AnswerAsync(FileStream input, StreamWriter writer, ProgressLine progress, CancellationToken cancellationToken)
    {
        List<DatasetLine> chunk = [];
        await foreach (var line in DatasetReader.ReadAsync(input, cancellationToken).ConfigureAwait(false))
        {
            if ((line.Problem ?? (line.Record!.Text is null ? "the line has no field 'text'. Add it." : release.TooLong(line.Record.Text))) is { } problem)
            {
                await QuarantineAsync(new(line.Number, problem, line.Raw), cancellationToken).ConfigureAwait(false);
                continue;
            }

            chunk.Add(line);
            if (chunk.Count == ChunkSize)
            {
                await AnswerAsync(chunk, writer, cancellationToken).ConfigureAwait(false);
                if (input.CanSeek)
                {
                    progress.Report((double)input.Position / input.Length);
                }
            }
        }

        await AnswerAsync(chunk, writer, cancellationToken).ConfigureAwait(false);
    }

    private async Task AnswerAsync(List<DatasetLine> chunk, StreamWriter writer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var items = chunk.ConvertAll(l => new PipelineItem { Id = l.Record!.Id ?? $"line-{l.Number}", Input = l.Record.Text! });
        var voted = await _pipeline.CascadeAsync(release, _pipeline.Compress(release, items), cancellationToken).ConfigureAwait(false);
        var verified = await _pipeline.VerifyAsync(release, voted, cancellationToken).ConfigureAwait(false);
        if (verified.FirstOrDefault(JointInference.AwaitsLead) is { } open)
        {
            throw new LeadAwayException($"Input '{open.Id}': {open.Unanswered}", TimeSpan.Zero);
        }

        foreach (var (item, line) in verified.Zip(chunk))
        {
            if (JointInference.IsRefused(item))
            {
                await QuarantineAsync(new(line.Number, item.Unanswered!, line.Raw), cancellationToken).ConfigureAwait(false);
                continue;
            }

            var answer = _pipeline.Stack(release, [item])[0];
            await writer.WriteLineAsync(JsonSerializer.Serialize(BatchResult.Of(answer, line.Number), CliJson.Line).AsMemory(), cancellationToken).ConfigureAwait(false);
            _answered++;
            _byStudents += answer.Receipt.Tiers.Any(tier => tier.Tier == release.Lead.Name) ? 0 : 1;
            _degraded += answer.Receipt.Degraded ? 1 : 0;
            _milliseconds += answer.Receipt.ModelMilliseconds;
        }

        chunk.Clear();
    }

    private async Task QuarantineAsync(QuarantinedLine line, CancellationToken cancellationToken)
    {
        _malformed++;
        if (_first.Count < FirstShown)
        {
            _first.Add(line);
        }

        await File.AppendAllTextAsync(_quarantine, JsonSerializer.Serialize(line, CliJson.Line) + "\n", cancellationToken).ConfigureAwait(false);
    }
}
