using Understudy.Inference.Decoding;
using Understudy.Inference.FunctionCalls;
using Understudy.Inference.Releases;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tasks;

namespace Understudy.Cli.Evaluation;

/// <summary>Writes every call three times, in turns: by the lead alone, by the lead with all that can go ahead of it, by the draft alone.</summary>
internal static class CallEvaluation
{
    private const int MaxTokens = 160;

    /// <summary>Records that are run before anything is timed: code is compiled, and the controller learns what pays.</summary>
    private const int WarmUp = 8;

    public static CallReport Run(TaskDefinition task, LanguageModelRelease release, IReadOnlyList<CallRecord> records, int malformed, Action<double> progress, CancellationToken cancellationToken)
    {
        using var models = Understudies.Open(release);
        var calls = new FunctionCallTask(task, models.Target.Tokenizer);
        using var speculator = models.New(models.Available);
        foreach (var record in records.Take(WarmUp))
        {
            Write(models.Target, calls, record, null);
            Write(models.Target, calls, record, speculator);
        }

        var (exact, valid, intents, draftExact, identical) = (0, 0, 0, 0, 0);
        var (plainTime, time, tokens, forwards) = (0.0, 0.0, 0L, 0L);
        for (var index = 0; index < records.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var record = records[index];
            var plain = Write(models.Target, calls, record, null);
            var ahead = Write(models.Target, calls, record, speculator);
            identical += plain.Tokens.SequenceEqual(ahead.Tokens) ? 1 : 0;
            plainTime += plain.Statistics.DecodeMilliseconds;
            time += ahead.Statistics.DecodeMilliseconds;
            tokens += Math.Max(0, ahead.Tokens.Length - 1); // the first comes with the prompt
            forwards += ahead.Statistics.Forwards;
            if (FunctionCall.TryParse(ahead.Text, out var call) && task.Labels.Contains(call!.Intent))
            {
                valid++;
                exact += call.Equals(record.Call) ? 1 : 0;
                intents += call.Intent == record.Call.Intent ? 1 : 0;
            }

            if (models.Draft is { } draft)
            {
                draftExact += FunctionCall.TryParse(Write(draft, calls, record, null).Text, out var drafted) && drafted!.Equals(record.Call) ? 1 : 0;
            }

            progress((index + 1.0) / records.Count);
        }

        double Share(int count) => (double)count / records.Count;
        return new(
            task.Name, release.Manifest.Version, records.Count, malformed, Share(exact), Share(valid), Share(intents), models.Draft is null ? null : Share(draftExact), Share(identical),
            tokens / time * 1000, tokens / plainTime * 1000, plainTime / time, forwards == 0 ? 1 : (double)tokens / forwards, speculator.Name);
    }

    private static (int[] Tokens, string Text, GenerationStatistics Statistics) Write(LanguageModel model, FunctionCallTask calls, CallRecord record, Speculator? speculator)
    {
        using var generation = model.Generate(calls.Prompt(record.Text), calls.Options(record.Text, MaxTokens), speculator);
        generation.Run();
        return (generation.Tokens.ToArray(), generation.Text, generation.Statistics);
    }
}
