using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Understudy.Functions.Batches;
using Understudy.Functions.Events;
using Understudy.Workflows.Blobs;
using Understudy.Workflows.Events;

namespace Understudy.Infrastructure.Tests;

public class BatchEventsTests
{
    [Fact]
    public void Subscription_TellsTheFunctionThatWatchesBatches()
    {
        var function = typeof(BatchBlobFunction).GetMethods().Select(m => m.GetCustomAttribute<FunctionAttribute>()).Single(a => a is not null)!;

        Assert.Equal(function.Name, ArmTemplate.Main.Modules["batchEvents"].GetProperty("variables").GetProperty("functionName").GetString());
    }

    [Fact]
    public void OwnEvents_GoToTheFunctionThatTakesThem()
    {
        var function = typeof(EventFunction).GetMethods().Select(m => m.GetCustomAttribute<FunctionAttribute>()).Single(a => a is not null)!;

        var module = ArmTemplate.Main.Modules["ownEvents"];
        Assert.Equal(function.Name, module.GetProperty("variables").GetProperty("functionName").GetString());
        var subscription = ArmTemplate.Main.Only("Microsoft.EventGrid/topics/eventSubscriptions").GetProperty("properties");
        Assert.Equal("CloudEventSchemaV1_0", subscription.GetProperty("eventDeliverySchema").GetString());
        Assert.All(
            subscription.GetProperty("filter").GetProperty("includedEventTypes").EnumerateArray(),
            type => Assert.Contains(type.GetString(), new[] { EventTypes.ReleasePublished, EventTypes.DriftDetected }));
    }

    [Fact]
    public void Subscription_HearsOfNewBatchesOnly()
    {
        var filter = ArmTemplate.Main.Only("Microsoft.EventGrid/systemTopics/eventSubscriptions").GetProperty("properties").GetProperty("filter");

        Assert.Equal(["Microsoft.Storage.BlobCreated"], filter.GetProperty("includedEventTypes").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal($"/blobServices/default/containers/{BlobContainers.Batches}/", filter.GetProperty("subjectBeginsWith").GetString());
    }
}
