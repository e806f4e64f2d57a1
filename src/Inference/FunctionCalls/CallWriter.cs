using System.Diagnostics;
using System.Globalization;
using Understudy.Inference.Batching;
using Understudy.Inference.Decoding;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tokenization;

namespace Understudy.Inference.FunctionCalls;

/// <summary>A tier of a generation task: a language model, greedy, held to the task's schema. The lead has everything that can go ahead of it.</summary>
/// <param name="models">The release's; not owned.</param>
/// <param name="calls">How the task asks.</param>
/// <param name="ahead">What goes ahead of it, where it is the target of <paramref name="models"/>; null for another model of its vocabulary.</param>
internal sealed class CallWriter(string name, LanguageModel model, FunctionCallTask calls, Understudies models, WriterLanes lanes, IReadOnlyList<string>? ahead, IDisposable? owned) : ITextWriter
{
    /// <summary>Whom the lead answers with; null for a model that answers alone.</summary>
    private readonly CallPanel? _panel = ahead is null ? null : models.Panel;

    /// <summary>A student where the lead is not.</summary>
    private readonly bool _isAlone = ahead is null && models.Target == model;

    private readonly int _longest = FunctionCallTask.LongestAnswer(model.Decoder.MaxTokens);

    public string Name => name;

    public LanguageModel Model => model;

    public int LongestPrompt => model.Decoder.MaxTokens - _longest;

    /// <summary>Tokens, its reason among them.</summary>
    public int LongestAnswer => _longest;

    /// <summary>Why an input does not fit into its prompt; null where it does. Where it is asked all the same, the input loses its end and the answer has no confidence.</summary>
    public string? TooLong(string input) => calls.Prompt(input).Length is var tokens && tokens <= LongestPrompt ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"The prompt has {tokens:N0} tokens; this model takes {LongestPrompt:N0} here (its context is {model.Decoder.MaxTokens:N0} tokens, {_longest:N0} of them the answer's{(calls.Tokenizer.Readings > 1 ? $", and an input is read {calls.Tokenizer.Readings} times" : "")}). Shorten the input.");

    public Task<WrittenText> WriteAsync(string input, string? draft, Action<string>? onText, CancellationToken cancellationToken) =>
        lanes.RunAsync(() => Write(input, draft, onText, cancellationToken), cancellationToken);

    public ITextWriter With(string speculation) => ahead is null ? this : new CallWriter(name, model, calls, models, lanes, SpeculationNames.Read(speculation, models.Available), owned: null);

    public void Dispose() => owned?.Dispose();

    private WrittenText Write(string input, string? draft, Action<string>? onText, CancellationToken cancellationToken)
    {
        var kept = ahead is null ? 0 : calls.KeptLogprobs; // students learn from what the lead says
        var options = calls.Options(input, _longest) with { LogProbabilities = kept };
        // A student's text is there already: the tagger need not read the request again.
        var names = draft is null ? ahead : ahead?.Where(one => one != "tagger").ToArray();
        using var speculator = names is { Count: > 0 } || (names is not null && draft is not null) ? models.New(names, text: draft is null ? null : calls.Answer(draft)) : null;
        var asked = calls.Prompt(input);
        var isWhole = asked.Length <= LongestPrompt;
        asked = isWhole ? asked : calls.Prompt(input, LongestPrompt);
        var own = Generate(asked, options, speculator, kept, _panel is null ? onText : null, cancellationToken);
        var clock = Stopwatch.StartNew();
        var overruled = _panel?.Overrule(model, calls, input, asked, own.Text);
        var answer = overruled?.Text ?? own.Text;
        if (_panel is not null)
        {
            onText?.Invoke(answer); // only now is it certain
        }

        var panelMilliseconds = _panel is null ? 0 : clock.Elapsed.TotalMilliseconds;
        var account = own.Account;
        var milliseconds = account.PrefillMilliseconds + account.DecodeMilliseconds + panelMilliseconds;
        var (step, others) = (models.Target.Costs.Of(1), account.DecodeMilliseconds - account.DraftMilliseconds - account.VerifyMilliseconds);
        var prompt = ahead is not null ? account.PrefillMilliseconds : models.Target.Costs.Of(account.PromptTokens - account.ReusedTokens);
        return new(
            answer,
            !isWhole ? 0 // what it has not read may say something else
                : overruled is { } call ? Math.Exp(call.LogProbability / calls.Answer(call.Text).Length)
                : own.IsComplete ? Math.Exp(own.LogProbability / Math.Max(1, own.Tokens)) : 0,
            new() { Prompt = account.PromptTokens, Completion = account.Tokens, Passes = account.Forwards, Drafted = account.Proposed, Accepted = account.Accepted },
            milliseconds,
            _isAlone ? null : prompt + (Math.Max(0, account.Tokens - 1) * step) + Math.Max(0, others) + panelMilliseconds)
        {
            // Those of another call than the one that stands say nothing of it.
            Chances = overruled is null ? own.Chances : null,
            Reason = overruled is null ? own.Reason : null,
        };
    }

    /// <summary>The model's own call; its sequence is given back, so that whoever scores calls behind the same prompt goes on from there.</summary>
    private OwnCall Generate(int[] prompt, GenerationOptions options, Speculator? speculator, int kept, Action<string>? onText, CancellationToken cancellationToken)
    {
        using var generation = model.Generate(prompt, options, speculator);
        var (logProbability, count) = (0.0, 0);
        List<TokenChance>? chances = kept > 0 ? [] : null;
        while (generation.Finish == FinishReason.None)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var tokens = generation.Advance(out var text);
            logProbability += tokens.Sum(token => token.LogProbability);
            count += tokens.Count;
            chances?.AddRange(tokens.Where(token => !options.EndTokens.Contains(token.Id)).Select(token => Chance(token, kept)));
            if (text.Length > 0)
            {
                onText?.Invoke(text);
            }
        }

        return new(generation.Text, generation.Reason, generation.Finish == FinishReason.Stop, count, logProbability, chances, generation.Statistics);
    }

    private TokenChance Chance(GeneratedToken token, int kept) => TokenChance.Of(
        Shown(token.Id), token.LogProbability, token.Top.Select(top => (Shown(top.Id), top.LogProbability)), kept);

    private string Shown(int token) => TokenText.Of(model.Tokenizer, token);

    /// <param name="Reason">What it wrote before; null for a model that answers at once.</param>
    /// <param name="IsComplete">False for one that was cut.</param>
    /// <param name="Tokens">Of the text, without the reason's.</param>
    /// <param name="LogProbability">Of those, in nats.</param>
    /// <param name="Chances">Of its tokens, where they are kept.</param>
    private sealed record OwnCall(string Text, string? Reason, bool IsComplete, int Tokens, double LogProbability, List<TokenChance>? Chances, GenerationStatistics Account);
}
