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
    public void Subscriptions_TellEachFunctionThatWatchesAContainerOfItsOwn()
    {
        var functions = from type in typeof(BatchBlobFunction).Assembly.GetTypes()
                        from method in type.GetMethods()
                        let trigger = method.GetParameters().Select(parameter => parameter.GetCustomAttribute<BlobTriggerAttribute>()).FirstOrDefault(blob => blob is not null)
                        where trigger is not null
                        select (method.GetCustomAttribute<FunctionAttribute>()!.Name, trigger.BlobPath.Split('/')[0]);

        var watched = ArmTemplate.Main.Modules["batchEvents"].GetProperty("variables").GetProperty("watched").EnumerateObject().Select(one => (one.Name, one.Value.GetString()!));
        Assert.Equal(functions.Order(), watched.Order());
        Assert.Subset(BlobContainers.All.ToHashSet(), watched.Select(one => one.Item2).ToHashSet());
    }

    [Fact]
    public void Subscriptions_AfterAllWasTakenDown_WaitForTheCodeAgain()
    {
        var hooks = File.ReadAllText(Path.Combine(Repository.Root, "azure.yaml"));

        Assert.Matches("(?s)postdeploy:.*azd env set UNDERSTUDY_SUBSCRIBE true.*postdown:.*azd env set UNDERSTUDY_SUBSCRIBE false", hooks);
    }

    [Fact]
    public void OwnEvents_GoToTheFunctionThatTakesThem()
    {
        var function = typeof(EventFunction).GetMethods().Select(m => m.GetCustomAttribute<FunctionAttribute>()).Single(a => a is not null)!;

        var module = ArmTemplate.Main.Modules["ownEvents"];
        Assert.Equal(function.Name, module.GetProperty("variables").GetProperty("functionName").GetString());
        var subscription = ArmTemplate.Main.Only("Microsoft.EventGrid/topics/eventSubscriptions").GetProperty("properties");
        Assert.Equal("CloudEventSchemaV1_0", subscription.GetProperty("eventDeliverySchema").GetString());
        Assert.Equal(
            [EventTypes.ReleasePublished, EventTypes.DriftDetected, EventTypes.TrainingOver],
            subscription.GetProperty("filter").GetProperty("includedEventTypes").EnumerateArray().Select(type => type.GetString()));
    }

    [Fact]
    public void Subscriptions_HearOfNewBlobsOfTheContainerOnly()
    {
        var filter = ArmTemplate.Main.Only("Microsoft.EventGrid/systemTopics/eventSubscriptions").GetProperty("properties").GetProperty("filter");

        Assert.Equal(["Microsoft.Storage.BlobCreated"], filter.GetProperty("includedEventTypes").EnumerateArray().Select(e => e.GetString()));
        Assert.Matches("^.format\\('/blobServices/default/containers/\\{0\\}/', items\\(variables\\('watched'\\)\\).*value\\).$", filter.GetProperty("subjectBeginsWith").GetString()!);
    }
}
