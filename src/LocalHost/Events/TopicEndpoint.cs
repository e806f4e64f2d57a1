using System.Text.Json;
using Azure.Messaging;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Understudy.Workflows.Durable;
using Understudy.Workflows.Events;

namespace Understudy.LocalHost.Events;

/// <summary>What Event Grid does, on this machine: takes CloudEvents for the topic, and delivers each to every subscriber durably, and to this host.</summary>
internal sealed partial class TopicEndpoint(
    LocalTopic topic, IWorkflowClient workflows, EventReceiver own, IOptions<EventGridOptions> options, ILogger<TopicEndpoint> logger)
{
    private const int BodyLimit = 1024 * 1024;

    /// <summary><c>POST /eventgrid/topic</c>.</summary>
    public async Task<IResult> PublishAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!topic.Accepts(request.Headers[LocalTopic.KeyHeader]))
        {
            return TypedResults.Problem(
                $"The header {LocalTopic.KeyHeader} does not hold the topic's key.", statusCode: StatusCodes.Status401Unauthorized, title: "Key not valid");
        }

        if (request.ContentLength > BodyLimit)
        {
            return TypedResults.Problem(
                $"The events are larger than {BodyLimit} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge, title: "Events too large");
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = BodyLimit; // for events that do not say how long they are
        }

        CloudEvent[] events;
        try
        {
            events = CloudEvent.ParseMany(await BinaryData.FromStreamAsync(request.Body, cancellationToken));
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or InvalidOperationException)
        {
            return TypedResults.Problem(exception.Message, statusCode: StatusCodes.Status400BadRequest, title: "Not CloudEvents 1.0");
        }

        foreach (var cloudEvent in events)
        {
            LogPublished(logger, cloudEvent.Type, cloudEvent.Id, cloudEvent.Subject);
            var content = JsonSerializer.SerializeToElement(cloudEvent);
            foreach (var subscriber in options.Value.Subscribers)
            {
                var delivery = new EventDelivery(subscriber, content);
                await workflows.StartAsync(DeliverEventWorkflow.Name, delivery, delivery.IdFor(cloudEvent), cancellationToken);
            }

            await own.ReceiveAsync(content.GetRawText(), cancellationToken);
        }

        return TypedResults.Ok();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Event {Type} {Id}: {Subject}")]
    private static partial void LogPublished(ILogger logger, string type, string id, string? subject);
}
