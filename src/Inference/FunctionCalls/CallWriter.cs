using Understudy.Inference.Batching;
using Understudy.Inference.Decoding;
using Understudy.Inference.Receipts;
using Understudy.Inference.Speculation;

namespace Understudy.Inference.FunctionCalls;

/// <summary>A tier of a generation task: a language model, greedy, held to the task's schema. The lead has everything that can go ahead of it.</summary>
/// <param name="models">The release's; not owned.</param>
/// <param name="calls">How the task asks.</param>
/// <param name="ahead">What goes ahead of it, where it is the target of <paramref name="models"/>; null for another model of its vocabulary.</param>
internal sealed class CallWriter(string name, LanguageModel model, FunctionCallTask calls, Understudies models, WriterLanes lanes, IReadOnlyList<string>? ahead, IDisposable? owned) : ITextWriter
{
    /// <summary>The longest answer; a shorter context leaves half of it.</summary>
    private const int LongestAnswer = 256;

    private readonly int _longest = Math.Min(LongestAnswer, model.Decoder.MaxTokens / 2);

    public string Name => name;

    /// <summary>How the task asks, for a lead elsewhere that has this vocabulary.</summary>
    public FunctionCallTask Calls => calls;

    public int LongestPrompt => model.Decoder.MaxTokens - _longest;

    public Task<WrittenText> WriteAsync(string input, string? draft, Action<string>? onText, CancellationToken cancellationToken) =>
        lanes.RunAsync(() => Write(input, draft, onText, cancellationToken), cancellationToken);

    public ITextWriter With(string speculation) => ahead is null ? this : new CallWriter(name, model, calls, models, lanes, SpeculationNames.Read(speculation, models.Available), owned: null);

    public void Dispose() => owned?.Dispose();

    private WrittenText Write(string input, string? draft, Action<string>? onText, CancellationToken cancellationToken)
    {
        var options = calls.Options(input, _longest) with { LogProbabilities = 0 };
        using var speculator = ahead is { Count: > 0 } || (ahead is not null && draft is not null) ? models.New(ahead, text: draft is null ? null : calls.Answer(draft)) : null;
        using var generation = model.Generate(calls.Prompt(input, LongestPrompt), options, speculator);
        var logProbability = 0.0;
        while (generation.Finish == FinishReason.None)
        {
            cancellationToken.ThrowIfCancellationRequested();
            logProbability += generation.Advance(out var text).Sum(token => token.LogProbability);
            if (text.Length > 0)
            {
                onText?.Invoke(text);
            }
        }

        var account = generation.Statistics;
        var milliseconds = account.PrefillMilliseconds + account.DecodeMilliseconds;
        var (step, others) = (models.Target.Costs.Of(1), account.DecodeMilliseconds - account.DraftMilliseconds - account.VerifyMilliseconds);
        var prompt = ahead is not null ? account.PrefillMilliseconds : models.Target.Costs.Of(account.PromptTokens - account.ReusedTokens);
        return new(
            generation.Text,
            generation.Finish == FinishReason.Stop ? Math.Exp(logProbability / Math.Max(1, account.Tokens)) : 0,
            new() { Prompt = account.PromptTokens, Completion = account.Tokens, Passes = account.Forwards, Drafted = account.Proposed, Accepted = account.Accepted },
            milliseconds,
            prompt + (Math.Max(0, account.Tokens - 1) * step) + Math.Max(0, others));
    }
}
