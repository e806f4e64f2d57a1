using Understudy.Hosting;
using Understudy.LocalHost;

RunningHost started;
try
{
    started = await RunningHost.StartAsync(LocalHostSettings.Read(args), args, CancellationToken.None);
}
catch (Exception exception) when (StartProblem.Describe(exception) is { } problem)
{
    Console.Error.WriteLine(problem);
    return StartFailure.ExitCode;
}

await using var host = started;
Console.WriteLine($"listening on {host.Url}");
await host.WaitForShutdownAsync();
if (host.Problem is { } ended)
{
    Console.Error.WriteLine(ended);
}

return host.HasFailed ? 1 : 0;
