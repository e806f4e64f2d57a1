using Understudy.Inference.Decoding;
using Understudy.Inference.OpenAi;
using Understudy.Verifier.LanguageModels;

namespace Understudy.Verifier.Grpc;

/// <summary>Reads what the messages have in common.</summary>
internal static class GrpcRequest
{
    /// <summary>As many as over HTTP: each is looked for behind every token.</summary>
    private const int MostStops = 4;

    /// <exception cref="RequestInvalidException">There is no prompt, it is empty, or a token is not in the vocabulary.</exception>
    public static int[] Tokens(V1.Prompt? prompt, ServedModel model) => prompt?.FormCase switch
    {
        V1.Prompt.FormOneofCase.Text => PromptTokens.Of(prompt.Text, model, "prompt"),
        V1.Prompt.FormOneofCase.Tokens => PromptTokens.Checked([.. prompt.Tokens.Ids], model, "prompt"),
        _ => throw new RequestInvalidException("'prompt' is missing; give it as text or as tokens.", "prompt", RequestInvalidException.Missing),
    };

    /// <summary>A continuation: its text has no start of its own, but behind a prompt of special tokens alone.</summary>
    /// <exception cref="RequestInvalidException">As for a prompt.</exception>
    public static int[] Continuation(V1.Prompt candidate, int[] prompt, ServedModel model, string field) => candidate.FormCase switch
    {
        V1.Prompt.FormOneofCase.Text => PromptTokens.Checked(model.Model.Tokenizer.Encode(candidate.Text, begun: prompt.Any(token => !model.Model.Tokenizer.IsSpecial(token))), model, field),
        V1.Prompt.FormOneofCase.Tokens => PromptTokens.Checked([.. candidate.Tokens.Ids], model, field),
        _ => throw new RequestInvalidException($"'{field}' is missing; give it as text or as tokens.", field, RequestInvalidException.Missing),
    };

    /// <exception cref="RequestInvalidException">Prompt and output do not fit the model, or more is asked for than is allowed.</exception>
    public static GenerationOptions Options(ServedModel model, int promptTokens, int maxTokens, V1.Sampling? sampling, IReadOnlyList<string> stop, VerifierLimits limits)
    {
        var most = Math.Min(limits.PromptTokens, model.MaxTokens - 1);
        if (promptTokens > most)
        {
            throw new RequestInvalidException($"The prompt has {promptTokens:N0} tokens; this model takes {most:N0} here (its context is {model.MaxTokens:N0} tokens, the limit Limits:PromptTokens {limits.PromptTokens:N0}). Shorten the prompt.", "prompt", RequestInvalidException.TooLong);
        }

        if (maxTokens < 0 || maxTokens > limits.OutputTokens)
        {
            throw new RequestInvalidException($"'max_tokens' is {maxTokens:N0}; it must be from 0 (as many as there is room for) to {limits.OutputTokens:N0} (Limits:OutputTokens).", "max_tokens");
        }

        if (stop.Count > MostStops)
        {
            throw new RequestInvalidException($"'stop' has {stop.Count:N0} texts; at most {MostStops} are taken.", "stop");
        }

        return new()
        {
            MaxTokens = Math.Min(maxTokens == 0 ? limits.OutputTokens : maxTokens, model.MaxTokens - promptTokens),
            EndTokens = model.EndTokens,
            Stop = stop,
            Sampling = sampling is null ? SamplingOptions.Greedy : new()
            {
                Temperature = sampling.Temperature,
                TopP = sampling.HasTopP ? sampling.TopP : 1,
                TopK = sampling.TopK,
                MinP = sampling.MinP,
                RepetitionPenalty = sampling.HasRepetitionPenalty ? sampling.RepetitionPenalty : 1,
                Seed = sampling.HasSeed ? sampling.Seed : null,
            },
        };
    }
}
