using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Understudy.Functions.Batches;
using Understudy.Workflows.Blobs;

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
    public void Subscription_HearsOfNewBatchesOnly()
    {
        var filter = ArmTemplate.Main.Only("Microsoft.EventGrid/systemTopics/eventSubscriptions").GetProperty("properties").GetProperty("filter");

        Assert.Equal(["Microsoft.Storage.BlobCreated"], filter.GetProperty("includedEventTypes").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal($"/blobServices/default/containers/{BlobContainers.Batches}/", filter.GetProperty("subjectBeginsWith").GetString());
    }
}
