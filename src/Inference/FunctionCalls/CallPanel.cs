using Understudy.Inference.Candidates;
using Understudy.Inference.Decoding;

namespace Understudy.Inference.FunctionCalls;

/// <summary>
/// A language model and a tagger that answer a request together. Each has a call of its own; where they differ, the one stands whose two log-probabilities,
/// the tagger's with a weight, have the greater sum (a product of experts, Hinton, 2002, over the calls that either proposes). The model scores both in one pass.
/// Thread-safe.
/// </summary>
/// <param name="tagger">Not owned.</param>
public sealed class CallPanel(CallTagger tagger)
{
    /// <summary>Of a call that the tagger cannot say: it is doubted, and not impossible.</summary>
    private const double LeastLogProbability = -30;

    /// <param name="calls">How the task asks: the tagger's call has to satisfy its schema, too.</param>
    /// <param name="request">As it came.</param>
    /// <param name="prompt">That the model answered.</param>
    /// <param name="written">Its answer.</param>
    /// <returns>The call that stands, and its log-probability in the model, in nats; null where the model's own stands.</returns>
    public (string Text, double LogProbability)? Overrule(LanguageModel model, FunctionCallTask calls, string request, IReadOnlyList<int> prompt, string written)
    {
        if (tagger.Read(model.Tokenizer, model.Tokenizer.Encode(FunctionCallPrompt.Normal(request))) is not { } reading)
        {
            return null;
        }

        var (other, surely) = reading.Best();
        var text = other.ToJson();
        if ((FunctionCall.TryParse(written, out var own) && own!.Equals(other)) || !calls.Accepts(request, text))
        {
            return null;
        }

        int[] mine = calls.Answer(written), its = calls.Answer(text);
        if (prompt.Count + mine.Length + its.Length > model.Decoder.MaxTokens)
        {
            return null;
        }

        var session = model.Rent(prompt);
        try
        {
            var scores = CandidateScorer.Score(session, prompt, [mine, its]);
            var doubted = own is null ? double.NegativeInfinity : Math.Max(reading.LogProbability(own), LeastLogProbability);
            return scores[1] + (tagger.Weight * surely) > scores[0] + (tagger.Weight * doubted) ? (text, scores[1]) : null;
        }
        finally
        {
            model.Return(session);
        }
    }
}
