using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Understudy.Api.Quotas;
using Understudy.Api.Requests;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Pipelines;
using Understudy.Inference.Releases;
using Understudy.Workflows.Limits;

namespace Understudy.Api.OpenAi;

/// <summary>OpenAI's API over the tasks: a task, or <c>task@version</c>, is a model, its answer is the text. Every answer passes the four stages in process.</summary>
public sealed class OpenAiHandlers(ReleaseCatalog catalog, JointInference inference, TaskQuota quota, IOptions<UnderstudyLimits> limits, TimeProvider time)
{
    private readonly UnderstudyLimits _limits = limits.Value;

    /// <summary><c>GET /v1/models</c>: the tasks that have a stable release.</summary>
    public Task<IResult> ListModelsAsync() => OpenAiGuard.RunAsync(() => Task.FromResult<IResult>(TypedResults.Json(
        new ModelList("list", [.. catalog.ValidTasks().Select(task => StableCard(task.Name, catalog.ValidPointer(task.Name, "stable"))).OfType<ModelCard>()]), OpenAiJson.Options)));

    /// <summary><c>GET /v1/models/{model}</c>.</summary>
    public Task<IResult> GetModelAsync(string model) => OpenAiGuard.RunAsync(() => Task.FromResult<IResult>(TypedResults.Json(
        Card(model), OpenAiJson.Options)));

    /// <summary><c>POST /v1/chat/completions</c>.</summary>
    public Task<IResult> ChatAsync(HttpRequest request, CancellationToken cancellationToken) => OpenAiGuard.RunAsync(async () =>
    {
        var body = await JsonBody.ReadAsync(request, _limits.BodyBytes, "'model' and 'messages'", "Send a shorter conversation.", cancellationToken);
        var (store, verify) = (RequestHeaders.MayBeStored(request), RequestHeaders.MustBeVerified(request));
        var call = CompletionCallReader.ReadChat(body, _limits);
        return await AnswerAsync(call with { Store = call.Store && store, Verify = verify }, CompletionForm.Chat, cancellationToken);
    });

    /// <summary><c>POST /v1/completions</c>.</summary>
    public Task<IResult> CompleteAsync(HttpRequest request, CancellationToken cancellationToken) => OpenAiGuard.RunAsync(async () =>
    {
        var body = await JsonBody.ReadAsync(request, _limits.BodyBytes, "'model' and 'prompt'", "Send a shorter prompt.", cancellationToken);
        var (store, verify) = (RequestHeaders.MayBeStored(request), RequestHeaders.MustBeVerified(request));
        var call = CompletionCallReader.ReadText(body, _limits);
        return await AnswerAsync(call with { Store = call.Store && store, Verify = verify }, CompletionForm.Text, cancellationToken);
    });

    private async Task<IResult> AnswerAsync(CompletionCall call, CompletionForm form, CancellationToken cancellationToken)
    {
        quota.Take(ModelName.Read(call.Model, catalog).Task);
        var head = form.NewHead(call.Model, time.GetUtcNow());
        if (call.Stream)
        {
            var stream = new AnswerStream(call, form, head);
            var answering = InferAsync(call, stream.Add, cancellationToken);
            await stream.BeginAsync(answering, cancellationToken);
            return TypedResults.ServerSentEvents(stream.EventsAsync(answering, cancellationToken));
        }

        var answer = await InferAsync(call, null, cancellationToken);
        var whole = form.Whole(head, TaskAnswer.Text(answer), TaskAnswer.Finish(answer), TaskAnswer.Usage(answer, call.Input));
        return new ReceiptHeader(TypedResults.Json(whole, OpenAiJson.Options), answer.Receipt);
    }

    private async Task<Answer> InferAsync(CompletionCall call, Action<string>? onText, CancellationToken cancellationToken)
    {
        var (task, version) = ModelName.Read(call.Model, catalog);
        try
        {
            return (await inference.InferAsync(task, [new InferenceInput("0", call.Input)], cancellationToken, version, onText, call.Store, call.Verify))[0];
        }
        catch (InputTooLongException error)
        {
            throw new RequestInvalidException(error.Message, call.InputField, RequestInvalidException.TooLong);
        }
    }

    private ModelCard Card(string model)
    {
        var (task, version) = ModelName.Read(model, catalog);
        return version is null
            ? StableCard(catalog.Task(task).Name, catalog.Pointer(task, "stable")) ?? throw new ReleaseNotFoundException($"No release of '{task}' is stable.")
            : new(model, "model", (catalog.List(task).FirstOrDefault(release => release.Version == version)
                ?? throw new ReleaseNotFoundException($"Task '{task}' has no release '{version}'.")).CreatedAt.ToUnixTimeSeconds(), "understudy");
    }

    private static ModelCard? StableCard(string task, ChannelPointer? stable) => stable?.Version is not null
        ? new(task, "model", stable.MovedAt.ToUnixTimeSeconds(), "understudy")
        : null;
}
