using Understudy.Training.Recipes;

namespace Understudy.Training.Tests.Recipes;

public sealed class LeadLessonsTests : IDisposable
{
    private readonly OwnTask _own = new();

    public void Dispose() => _own.Dispose();

    [Fact]
    public void Make_TaskShortensInputs_NewInputsAreNoLongerThanWhatIsServed()
    {
        string[] labels = ["a", "b"];
        var task = OwnTask.Definition(labels) with { Compression = "head:4" };
        var recipe = _own.QuickRecipe(labels) with { NewInputs = 3 };
        _own.Train(labels, OwnTask.Greetings(60).Select(record => record with { Text = $"{record.Text} and much more that is cut" }), steps: TrainingSteps.Lead, compression: task.Compression);
        var examples = Examples.Load(recipe, task, report: null, TestContext.Current.CancellationToken);

        var lessons = new LeadLessons(recipe, task, new(recipe, task, new(_own.Work)), (_, _, _) => { }).Make(examples, TestContext.Current.CancellationToken);

        Assert.Equal(4 * examples.Train.Count, lessons.Count);
        Assert.All(lessons, lesson => Assert.InRange(lesson.Text.Split(' ').Length, 2, 4));
    }
}
