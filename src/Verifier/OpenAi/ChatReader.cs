using System.Text.Json;
using Understudy.Inference.OpenAi;
using Understudy.Verifier.LanguageModels;

namespace Understudy.Verifier.OpenAi;

/// <summary>Reads a chat request.</summary>
internal sealed class ChatReader(CallReader calls, ModelShelf shelf)
{
    /// <exception cref="RequestInvalidException">A field is wrong.</exception>
    /// <exception cref="ModelNotFoundException">No model of that name is served.</exception>
    public CompletionCall Read(JsonElement body)
    {
        var fields = RequestFields.Body(body);
        var name = fields.RequiredText("model");
        var turns = ChatTurns.Read(fields);
        var (newer, older) = (fields.Whole("max_completion_tokens", 1, int.MaxValue), fields.Whole("max_tokens", 1, int.MaxValue));
        var top = fields.Whole("top_logprobs", 0, 20);
        var wanted = fields.Flag("logprobs");
        if (top is not null && !wanted)
        {
            throw new RequestInvalidException("'top_logprobs' needs 'logprobs'. Set 'logprobs' to true, or leave it out.", "top_logprobs");
        }

        var model = shelf.Get(name);
        return calls.Read(
            fields, name, model, "messages", [model.Chat.Encode(model.Model.Tokenizer, turns)], newer ?? older, newer is null ? "max_tokens" : "max_completion_tokens", wanted ? top ?? 0 : null, model.Chat.Stop, model.Chat.AnswerToken(model.Model.Tokenizer),
            input: turns.LastOrDefault(turn => turn.Role == "user").Content);
    }
}
