using System.Text.Json;
using Understudy.Inference.FunctionCalls;
using Understudy.Training.Corpora;

namespace Understudy.Training.Tests.Retraining;

/// <summary>Where the values of real calls stand, against the words that people have marked.</summary>
public sealed class PlacedCallsTests
{
    [Fact]
    public void Align_LabelledRequests_FindsTheWordsOfNearlyAllAndNeverOthers()
    {
        var folder = PublicData.Folder("snips");
        Assert.SkipWhen(folder is null, $"There is no data set 'snips'. Name the folder that holds it in {PublicData.Variable}.");
        var (found, wrong, open) = (0, 0, 0);
        foreach (var line in File.ReadLines(Path.Combine(folder!, "snips", "train.jsonl")).Select(line => JsonDocument.Parse(line).RootElement))
        {
            var request = TaggedRequest.Parse(line.GetProperty("text").GetString()!, line.GetProperty("label").GetString()!, line.GetProperty("slots").GetString()!);
            var (_, tagged) = CallAlignment.Align(request.Text, request.Call);
            (found, wrong, open) = tagged is null ? (found, wrong, open + 1) : tagged.Segments.SequenceEqual(request.Segments) ? (found + 1, wrong, open) : (found, wrong + 1, open);
        }

        Assert.Equal((13_013, 0, 7), (found, wrong, open));
    }
}
