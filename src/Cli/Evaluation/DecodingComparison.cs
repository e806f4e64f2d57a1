using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Evaluation;

/// <summary>
/// Writes every answer three times, in turns: by the lead alone, by the lead with all that can go ahead of it, by the draft alone. Then
/// each proposer goes ahead by itself, on the first of the records.
/// </summary>
/// <param name="records">At least one.</param>
/// <param name="longest">Tokens of an answer; null for as many as the models serve with.</param>
internal sealed class DecodingComparison(TaskDefinition task, LanguageModelRelease release, IReadOnlyList<IExpectedAnswer> records, int? longest = null)
{
    /// <summary>Records that are run before anything is timed: code is compiled and memory is taken then.</summary>
    private const int WarmUp = 8;

    /// <summary>Records that show what one proposer is worth.</summary>
    private const int Alone = 64;

    /// <param name="malformed">Lines that could not be used, for the report.</param>
    /// <param name="score">Given each record's answers, by the record's index.</param>
    /// <param name="progress">Told after each record which share is done.</param>
    /// <param name="cancellationToken">Heard between passes.</param>
    public DecodingReport Run(int malformed, Action<int, WrittenAnswers, Understudies, FunctionCallTask> score, Action<double> progress, CancellationToken cancellationToken)
    {
        var report = Together(malformed, score, progress, cancellationToken);
        return report with { Proposers = Separately(cancellationToken) };
    }

    private DecodingReport Together(int malformed, Action<int, WrittenAnswers, Understudies, FunctionCallTask> score, Action<double> progress, CancellationToken cancellationToken)
    {
        using var models = Understudies.Open(release);
        var asked = new FunctionCallTask(task, models.Target.Tokenizer);
        Warm(models, asked, cancellationToken);
        using var speculator = models.New(models.Available);
        var (plainTotals, totals) = (new DecodingTotals(), new DecodingTotals());
        var (identical, unanswered) = (0, 0);
        for (var index = 0; index < records.Count; index++)
        {
            var request = records[index].Text;
            var plain = CallAnswer.Write(models.Target, asked, request, null, cancellationToken, longest: longest);
            var ahead = CallAnswer.Write(models.Target, asked, request, speculator, cancellationToken, models.Panel, longest);
            plainTotals.Add(plain.Statistics);
            totals.Add(ahead.Statistics);
            identical += plain.Tokens.SequenceEqual(ahead.Tokens) ? 1 : 0;
            unanswered += ahead.Tokens.Count == 0 ? 1 : 0;
            var drafted = models.Draft is { } draft ? CallAnswer.Write(draft, asked, request, null, cancellationToken, longest: longest).Text : null;
            score(index, new(plain.Text, ahead.Text, drafted), models, asked);
            progress((index + 1.0) / records.Count);
        }

        return new()
        {
            Task = task.Name,
            Release = release.Manifest.Version,
            Records = records.Count,
            Malformed = malformed,
            Unanswered = unanswered,
            Identical = (double)identical / records.Count,
            TokensPerSecond = totals.TokensPerSecond,
            PlainTokensPerSecond = plainTotals.TokensPerSecond,
            Speedup = totals.Milliseconds == 0 ? 1 : plainTotals.Milliseconds / totals.Milliseconds,
            AcceptedLength = totals.AcceptedLength,
            Ahead = speculator.Name,
        };
    }

    /// <summary>With what is opened anew: earlier answers to these very requests would make the cache look better than it is.</summary>
    private List<ProposerResult> Separately(CancellationToken cancellationToken)
    {
        using var models = Understudies.Open(release);
        var asked = new FunctionCallTask(task, models.Target.Tokenizer);
        Warm(models, asked, cancellationToken);
        List<ProposerResult> results = [];
        foreach (var name in models.Available)
        {
            var totals = new DecodingTotals();
            using var speculator = models.New([name], adaptive: false);
            foreach (var record in records.Take(Alone))
            {
                totals.Add(CallAnswer.Write(models.Target, asked, record.Text, speculator, cancellationToken, longest: longest).Statistics);
            }

            results.Add(new(name, totals.AcceptedLength, totals.TokensPerSecond));
        }

        return results;
    }

    /// <summary>Without the cache, which is not to know any answer before it is measured.</summary>
    private void Warm(Understudies models, FunctionCallTask asked, CancellationToken cancellationToken)
    {
        using var speculator = models.New([.. models.Available.Where(name => name != "cache")], adaptive: false);
        foreach (var record in records.Take(WarmUp))
        {
            CallAnswer.Write(models.Target, asked, record.Text, null, cancellationToken, longest: longest);
            CallAnswer.Write(models.Target, asked, record.Text, speculator, cancellationToken, longest: longest);
        }
    }
}
