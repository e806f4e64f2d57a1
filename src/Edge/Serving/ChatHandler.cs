using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Receipts;

namespace Understudy.Edge.Serving;

/// <summary>OpenAI's chat over the site's tasks, as the Api has it: the user's last message is the input, the answer is the label or the text.</summary>
internal static class ChatHandler
{
    private const string ReceiptHeader = "X-Understudy-Receipt";

    /// <summary>Characters of one stage's reason: clients bound the length of headers.</summary>
    private const int LongestReason = 300;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static async Task<IResult> AnswerAsync(HttpContext http, SiteInference inference)
    {
        var services = http.RequestServices;
        var fields = RequestFields.Body(await EdgeRoutes.BodyAsync(http));
        var model = fields.RequiredText("model");
        var (text, field) = Input(fields, services.GetRequiredService<IOptions<EdgeOptions>>().Value);
        var store = EdgeRoutes.MayStore(http.Request) && CompletionFields.MayStore(fields);
        var (answer, form) = (await AnswerAsync(new("0", text), field), CompletionForm.Chat);
        var head = form.NewHead(model, services.GetRequiredService<TimeProvider>().GetUtcNow());
        if (fields.Flag("stream"))
        {
            var usage = fields.Object("stream_options")?.Flag("include_usage") ?? false;
            return TypedResults.ServerSentEvents(Events(form, head, answer, usage ? text : null).ToAsyncEnumerable());
        }

        http.Response.Headers[ReceiptHeader] = JsonSerializer.Serialize(Brief(answer.Receipt), Json);
        return TypedResults.Json(form.Whole(head, TaskAnswer.Text(answer), TaskAnswer.Finish(answer), TaskAnswer.Usage(answer, text)), OpenAiJson.Options);

        async Task<Answer> AnswerAsync(InferenceInput input, string field)
        {
            try
            {
                return (await inference.AnswerAsync(model, [input], store, EdgeRoutes.MustVerify(http.Request), http.RequestAborted))[0];
            }
            catch (InputTooLongException error)
            {
                throw new RequestInvalidException(error.Message, field, RequestInvalidException.TooLong);
            }
        }
    }

    private static (string Text, string Field) Input(RequestFields fields, EdgeOptions limits)
    {
        var (text, field) = CompletionFields.Input(fields);
        CompletionFields.CheckChat(fields);
        return (InferReader.Checked(text, field, limits), field);
    }

    private static IEnumerable<string> Events(CompletionForm form, CompletionHead head, Answer answer, string? usageOf)
    {
        yield return OpenAiJson.Write(form.Opening(head)!);
        yield return OpenAiJson.Write(form.Piece(head, TaskAnswer.Text(answer)));
        yield return OpenAiJson.Write(form.Last(head, TaskAnswer.Finish(answer), JsonSerializer.SerializeToElement(answer.Receipt, Json)));
        if (usageOf is not null)
        {
            yield return OpenAiJson.Write(form.Closing(head, TaskAnswer.Usage(answer, usageOf)));
        }

        yield return "[DONE]";
    }

    private static Receipt Brief(Receipt receipt) => receipt with
    {
        Stages = [.. receipt.Stages.Select(stage => stage.Reason is { Length: > LongestReason } reason ? stage with { Reason = reason[..LongestReason] + "…" } : stage)],
    };
}
