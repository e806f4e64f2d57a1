using Understudy.Cli.Shell;

return await CommandLine.RunAsync(args, Surroundings.OfThisProcess());
