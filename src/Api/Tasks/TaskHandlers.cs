using Microsoft.AspNetCore.Http;
using Understudy.Api.Problems;
using Understudy.Inference.Releases;
using Understudy.Inference.Tasks;
using Understudy.Workflows.Durable;

namespace Understudy.Api.Tasks;

/// <summary>The registry of tasks.</summary>
public sealed class TaskHandlers(ReleaseCatalog catalog)
{
    /// <summary><c>GET /api/tasks</c>: those whose definition is right; <c>/health/ready</c> says what is wrong with the others.</summary>
    public Task<IResult> ListAsync() => ProblemGuard.RunAsync(() =>
        Task.FromResult<IResult>(TypedResults.Json(new TaskList([.. catalog.ValidTasks().Select(View)]), DurableJson.Options)));

    /// <summary><c>GET /api/tasks/{task}</c>.</summary>
    public Task<IResult> GetAsync(string task) => ProblemGuard.RunAsync(() =>
        Task.FromResult<IResult>(TypedResults.Json(View(catalog.Task(task)), DurableJson.Options)));

    private TaskView View(TaskDefinition task) => new(
        task.Name, task.Kind, task.Labels, task.Instruction, task.Metric, task.Input, task.Guarantee, catalog.Channel(task.Name, "stable"));
}
