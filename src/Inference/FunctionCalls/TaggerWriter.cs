using System.Diagnostics;
using Understudy.Inference.Decoding;

namespace Understudy.Inference.FunctionCalls;

/// <summary>A student of a generation task that tags the words of a request and makes a call of them, in one pass and without writing. Thread-safe.</summary>
/// <param name="tagger">Not owned.</param>
/// <param name="calls">How the task asks.</param>
internal sealed class TaggerWriter(string name, CallTagger tagger, FunctionCallTask calls) : ITextWriter
{
    public string Name => name;

    public CallTagger Tagger => tagger;

    /// <summary>How the task asks.</summary>
    public FunctionCallTask Calls => calls;

    /// <summary>Its confidence is the probability of the whole call; 0 for a request that it cannot read, and for a call that the task's schema does not allow.</summary>
    public Task<WrittenText> WriteAsync(string input, string? draft, Action<string>? onText, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        var request = calls.Tokenizer.Encode(FunctionCallPrompt.Normal(input));
        var (text, confidence) = ("", 0.0);
        if (tagger.Read(calls.Tokenizer, request) is { } reading)
        {
            var (call, logProbability) = reading.Best();
            text = call.ToJson();
            confidence = calls.Accepts(input, text) ? Math.Exp(logProbability) : 0;
        }

        onText?.Invoke(text);
        return Task.FromResult(new WrittenText(
            text, confidence, new() { Prompt = request.Length, Completion = text.Length == 0 ? 0 : calls.Answer(text).Length }, clock.Elapsed.TotalMilliseconds, null));
    }

    public void Dispose()
    {
    }
}
